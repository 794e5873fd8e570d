// Converts YAML documents to JSON, and to TypeScript with the type of each object's kind, so that the compiler finds
// unknown fields and wrong values: typed_objects.mjs FILE.yaml OUTPUT.ts
import {readFileSync, writeFileSync} from "node:fs";
import {parseAllDocuments} from "yaml";

const [input, output] = process.argv.slice(2);
const objects = parseAllDocuments(readFileSync(input, "utf8"), {uniqueKeys: true}).map((document) => {
  if (document.errors.length > 0) throw document.errors[0];
  return document.toJS();
});

function moduleOf({apiVersion, kind}) {
  const library = apiVersion.startsWith("monitoring.coreos.com/") ? "@kubernetes-models/prometheus-operator" : "kubernetes-models";
  return `${library}/${apiVersion}/${kind}`;
}

const lines = objects.map((object, index) =>
  `const object${index}: import("${moduleOf(object)}").I${object.kind} = ${JSON.stringify(object, null, 2)};\nvoid object${index};\n`);
writeFileSync(output, lines.join("\n") + "\nexport {};\n");
process.stdout.write(JSON.stringify(objects));
