"""The Kubernetes manifests: the output of kustomize, checked against the types of the API and against the program."""

import itertools
import json
import os
import re
import shutil
import unittest

from support import PROGRAM, Part, SOURCE, run, try_run

K8S = SOURCE / "deploy/k8s"
OVERLAYS = ("development", "staging", "production")
PACKAGES = ("kubernetes-models@5.1.0", "@kubernetes-models/prometheus-operator@6.0.0", "typescript@5.9.3", "yaml@2.9.1")
OPTIONS = ("--noEmit", "--strict", "--target", "es2022", "--module", "nodenext", "--moduleResolution", "nodenext",
           "--skipLibCheck")

# A Deployment as a user may have it: with an init container and its own volume.
EXISTING = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: mine, labels: {chart-reaper: sidecar}}
spec:
  selector: {matchLabels: {app: mine}}
  template:
    metadata: {labels: {app: mine}}
    spec:
      initContainers: [{name: prepare, image: mine:1}]
      containers: [{name: mine, image: mine:1, volumeMounts: [{name: charts, mountPath: /charts}]}]
      volumes: [{name: charts, emptyDir: {}}]
"""

# The same with parameters of a rolling update, which the API does not allow beside Recreate.
ROLLING = EXISTING.replace("  selector:", "  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1}}\n  selector:")

# The service as in the guide: its own cleaner reads the same ConfigMap as chart-reaper.
SERVICE_READS_THE_SAME = """
patches:
  - target: {kind: Deployment}
    patch: |-
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: any}
      spec:
        template:
          spec:
            containers: [{name: analysis, envFrom: [{configMapRef: {name: chart-management-config}}]}]
"""
OLD_CLEANER_OFF = """
  - target: {kind: ConfigMap, name: chart-management-config}
    patch: |-
      - {op: replace, path: /data/CHART_ENABLE_CLEANUP, value: "false"}
"""

# The volume types that the "restricted" profile of the Pod Security Standards allows.
RESTRICTED_VOLUMES = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected",
                      "secret"}


class Manifests(Part):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        missing = [tool for tool in ("kubectl", "node", "npm") if shutil.which(tool) is None]
        if missing:
            raise unittest.SkipTest(f"not installed: {', '.join(missing)}")
        (cls.place / "package.json").write_text('{"private": true, "type": "module"}\n')
        installed = try_run("npm", "install", "--no-fund", "--no-audit", *PACKAGES, cwd=cls.place)
        if installed.returncode != 0:
            raise unittest.SkipTest(f"npm: {installed.stderr.strip().splitlines()[-1]}")
        shutil.copy(SOURCE / "tests/deploy/typed_objects.mjs", cls.place)
        cls.count = itertools.count()
        cls.overlays = {name: cls.build(K8S / "overlays" / name) for name in OVERLAYS}

    @classmethod
    def build(cls, directory):
        """Returns the objects that kustomize makes of a directory; fails if one does not match the type of its kind."""
        name = f"objects{next(cls.count)}"
        (cls.place / f"{name}.yaml").write_text(run("kubectl", "kustomize", directory).stdout)
        objects = json.loads(run("node", "typed_objects.mjs", f"{name}.yaml", f"{name}.ts", cwd=cls.place).stdout)
        run("node", "node_modules/typescript/bin/tsc", *OPTIONS, f"{name}.ts", cwd=cls.place)
        return objects

    @classmethod
    def combine(cls, resources, components, more=""):
        """Returns the objects of a custom kustomization that uses the components."""
        directory = cls.place / f"own{next(cls.count)}"
        directory.mkdir()
        names = []
        for resource in resources:
            if isinstance(resource, str):
                (directory / "existing.yaml").write_text(resource)
                names.append("existing.yaml")
            else:
                names.append(os.path.relpath(resource, directory))
        lines = ["resources:", *(f"  - {name}" for name in names), "components:"]
        lines += [f"  - {os.path.relpath(K8S / 'components' / name, directory)}" for name in components]
        (directory / "kustomization.yaml").write_text("\n".join(lines) + f"\n{more}")
        return cls.build(directory)

    def one(self, objects, kind):
        found = [item for item in objects if item["kind"] == kind]
        self.assertEqual(len(found), 1, kind)
        return found[0]

    def only(self, objects, deployment):
        """Returns the objects without other Deployments than this one."""
        return [item for item in objects if item["kind"] != "Deployment" or item["metadata"]["name"] == deployment]

    def pod(self, objects):
        return self.one(objects, "Deployment")["spec"]["template"]["spec"]

    def strategy(self, objects):
        return self.one(objects, "Deployment")["spec"]["strategy"]

    def reaper(self, pod):
        both = pod.get("initContainers", []) + pod["containers"]
        return next(container for container in both if container["name"] == "chart-reaper")

    def environment(self, objects, container):
        """Returns the environment of a container as the kubelet builds it from ConfigMaps and single variables."""
        maps = {item["metadata"]["name"]: item["data"] for item in objects if item["kind"] == "ConfigMap"}
        environment = {}
        for source in container.get("envFrom", []):
            reference = source["configMapRef"]
            if reference["name"] in maps or not reference.get("optional"):
                environment |= maps[reference["name"]]
        return environment | {entry["name"]: entry["value"] for entry in container.get("env", [])}

    def effective(self, objects):
        """Returns the settings that the program reads from the container's environment."""
        settings = self.environment(objects, self.reaper(self.pod(objects)))
        done = try_run(PROGRAM, "check", env={**settings, "CHART_OUTPUT_DIR": str(self.place / "charts")})
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return {line.split()[0]: line.split()[1] for line in done.stdout.splitlines() if re.match("ENV|CHART_", line)}

    def test_a_wrong_field_or_value_is_found(self):
        for good, bad in (("name: prepare,", "name: prepare, restartpolicy: Always,"), ("matchLabels:", "matchLabel:"),
                          ("emptyDir: {}", "emptyDir: {sizeLimit: [1]}")):
            with self.assertRaisesRegex(AssertionError, r"error TS\d+"):
                self.combine([EXISTING.replace(good, bad)], ["native-sidecar"])

    def test_each_overlay_has_its_preset(self):
        for name, objects in self.overlays.items():
            explicit = self.effective(objects)
            preset = run(PROGRAM, "check", env={"ENVIRONMENT": name}).stdout
            for setting in ("CHART_MAX_AGE_HOURS", "CHART_MAX_SIZE_MB", "CHART_CLEANUP_INTERVAL_MINUTES"):
                self.assertRegex(preset, rf"{setting} +{explicit[setting]} +preset {name}")
            self.assertEqual(explicit["ENVIRONMENT"], name)
            self.assertEqual(self.one(objects, "ConfigMap")["metadata"]["name"], "chart-management-config")

    def test_the_volume_is_larger_than_the_limit(self):
        units = {"Mi": 1, "Gi": 1024}
        for name, objects in self.overlays.items():
            limit = self.pod(objects)["volumes"][0]["emptyDir"]["sizeLimit"]
            settings = self.effective(objects)
            needed = float(settings["CHART_MAX_SIZE_MB"]) + 20 * (
                float(settings["CHART_CLEANUP_INTERVAL_MINUTES"]) + float(settings["CHART_MIN_AGE_SECONDS"]) / 60)
            self.assertGreater(int(limit[:-2]) * units[limit[-2:]], needed, name)

    def test_the_sidecar_is_native_and_delays_no_other_container(self):
        for objects in self.overlays.values():
            pod = self.pod(objects)
            self.assertNotIn("chart-reaper", [container["name"] for container in pod["containers"]])
            reaper = self.reaper(pod)
            self.assertEqual(reaper["restartPolicy"], "Always")
            self.assertNotIn("readinessProbe", reaper)
            for probe in ("startupProbe", "livenessProbe"):
                self.assertEqual(reaper[probe]["httpGet"], {"path": "/healthz", "port": "reaper-metrics"})

    def test_both_containers_share_the_volume_and_the_user(self):
        for objects in self.overlays.values():
            pod = self.pod(objects)
            self.assertEqual(pod["containers"][0]["volumeMounts"][0]["name"], "charts")
            self.assertEqual(self.reaper(pod)["volumeMounts"][0]["name"], "charts")
            for container in (pod["containers"][0], self.reaper(pod)):
                self.assertNotIn("runAsUser", container["securityContext"])
            self.assertEqual(pod["securityContext"]["fsGroup"], pod["securityContext"]["runAsGroup"])

    def test_the_overlays_clean_up_and_observe_only_removes_nothing(self):
        for name, objects in self.overlays.items():
            self.assertEqual(self.effective(objects)["CHART_ENABLE_CLEANUP"], "true")
            for component, cleanup in (("observe-only", "false"), ("own-settings", "true")):
                moving = self.combine([K8S / "overlays" / name], [component], SERVICE_READS_THE_SAME)
                settings = self.effective(moving)
                self.assertEqual(settings.pop("CHART_ENABLE_CLEANUP"), cleanup, component)
                self.assertEqual(settings, {key: value for key, value in self.effective(objects).items() if key in settings})
                self.assertEqual(self.service_cleans_up(moving), "true")

    def test_each_cleaner_can_be_disabled_separately(self):
        old_off = SERVICE_READS_THE_SAME + OLD_CLEANER_OFF
        for sidecar in ("native-sidecar", "container-sidecar"):
            for component, cleanup in (("observe-only", "false"), ("own-settings", "true")):
                objects = self.combine([K8S / "base"], [sidecar, component], old_off)
                self.assertEqual(self.effective(objects)["CHART_ENABLE_CLEANUP"], cleanup)
                self.assertEqual(self.service_cleans_up(objects), "false")

    def service_cleans_up(self, objects):
        """Returns the setting that the service's own cleaner reads under the same name."""
        service = next(item for item in self.pod(objects)["containers"] if item["name"] == "analysis")
        return self.environment(objects, service)["CHART_ENABLE_CLEANUP"]

    def test_pods_are_restricted(self):
        for objects in self.overlays.values():
            self.check_restricted(self.pod(objects))

    def check_restricted(self, pod):
        self.assertTrue(pod["securityContext"]["runAsNonRoot"])
        self.assertEqual(pod["securityContext"]["seccompProfile"]["type"], "RuntimeDefault")
        for volume in pod["volumes"]:
            self.assertLessEqual(volume.keys() - {"name"}, RESTRICTED_VOLUMES)
        for container in pod.get("initContainers", []) + pod["containers"]:
            context = container["securityContext"]
            self.assertFalse(context["allowPrivilegeEscalation"])
            self.assertTrue(context["readOnlyRootFilesystem"])
            self.assertEqual(context["capabilities"], {"drop": ["ALL"]})
            self.assertFalse(context.keys() & {"privileged", "procMount"})
        self.assertFalse(pod.keys() & {"hostNetwork", "hostPID", "hostIPC"})

    def test_an_existing_deployment_gets_the_sidecar_first(self):
        pod = self.pod(self.combine([EXISTING], ["native-sidecar"]))
        self.assertEqual([container["name"] for container in pod["initContainers"]], ["chart-reaper", "prepare"])
        self.assertEqual([container["name"] for container in pod["containers"]], ["mine"])

    def test_a_deployment_without_the_label_is_unchanged(self):
        pod = self.pod(self.combine([EXISTING.replace("chart-reaper: sidecar", "chart-reaper: none")], ["native-sidecar"]))
        self.assertEqual([container["name"] for container in pod["initContainers"]], ["prepare"])

    def test_without_native_sidecars_it_is_an_ordinary_container(self):
        pod = self.pod(self.combine([EXISTING], ["container-sidecar"]))
        self.assertEqual([container["name"] for container in pod["initContainers"]], ["prepare"])
        self.assertEqual(sorted(container["name"] for container in pod["containers"]), ["chart-reaper", "mine"])
        self.assertNotIn("restartPolicy", self.reaper(pod))

    def test_other_volumes_replace_the_empty_dir(self):
        for component in ("persistent-volume", "bucket-s3", "bucket-gcs", "bucket-azure"):
            objects = self.combine([K8S / "base"], ["native-sidecar", component])
            (volume,) = self.pod(objects)["volumes"]
            self.assertNotIn("emptyDir", volume)
            self.assertEqual(self.strategy(objects), {"type": "Recreate"})  # else a rollout would run two reapers on it
            self.assertEqual(self.effective(objects)["CHART_MAX_SIZE_MB"], "200")
            if component.startswith("bucket"):
                settings = self.one(objects, "ConfigMap")["data"]
                self.assertEqual((settings["CHART_WATCH"], settings["CHART_MIN_AGE_SECONDS"]), ("off", "600"))

    def test_a_volume_that_outlives_the_pod_replaces_a_rolling_update(self):
        for component in ("persistent-volume", "bucket-gcs"):  # the buckets share the patch
            self.assertEqual(self.strategy(self.combine([ROLLING], ["native-sidecar", component])), {"type": "Recreate"})

    def test_one_reaper_has_a_deployment_of_its_own(self):
        for more in ((), ("persistent-volume",), ("bucket-s3",), ("bucket-gcs",), ("bucket-azure",)):
            objects = self.only(self.combine([K8S / "base"], ["one-reaper", *more]), "chart-reaper")
            deployment = self.one(objects, "Deployment")["spec"]
            self.assertEqual((deployment["replicas"], deployment["strategy"]), (1, {"type": "Recreate"}))
            pod = self.pod(objects)
            self.assertNotIn("initContainers", pod)
            self.assertEqual([container["name"] for container in pod["containers"]], ["chart-reaper"])
            self.assertNotIn("restartPolicy", self.reaper(pod))
            (volume,) = pod["volumes"]
            if "bucket-gcs" in more:
                self.assertEqual(volume.keys(), {"name", "csi"})
            else:
                self.assertEqual(volume, {"name": "charts", "persistentVolumeClaim": {"claimName": "charts"}})
            self.check_restricted(pod)
            self.assertEqual(self.effective(objects)["CHART_ENABLE_CLEANUP"], "true")

    def test_beside_one_reaper_sidecars_remove_nothing(self):
        for more in ((), ("bucket-s3",), ("own-settings",)):
            objects = self.combine([K8S / "base"], ["one-reaper", *more])
            service, reaper = (self.only(objects, name) for name in ("chart-analysis", "chart-reaper"))
            self.assertEqual(self.effective(service)["CHART_ENABLE_CLEANUP"], "false")
            self.assertEqual(self.effective(reaper)["CHART_ENABLE_CLEANUP"], "true")
            if more == ("bucket-s3",):
                self.assertEqual(self.pod(service)["volumes"], self.pod(reaper)["volumes"])
        objects = self.combine([K8S / "base"], ["one-reaper", "observe-only"])
        self.assertEqual(self.effective(self.only(objects, "chart-reaper"))["CHART_ENABLE_CLEANUP"], "false")

    def test_one_reaper_leaves_a_deployment_without_the_label(self):
        objects = self.combine([EXISTING.replace("chart-reaper: sidecar", "chart-reaper: none")], ["one-reaper"])
        pod = self.pod(self.only(objects, "mine"))
        self.assertEqual([container["name"] for container in pod["initContainers"]], ["prepare"])

    def test_the_monitor_and_the_policy_find_the_one_reaper(self):
        objects = self.only(self.combine([K8S / "base"], ["one-reaper", "monitoring", "network-policy"]), "chart-reaper")
        self.check_reachable(objects)

    def test_the_monitor_and_the_policy_find_the_pod_and_its_port(self):
        self.check_reachable(self.overlays["production"])

    def check_reachable(self, objects):
        labels = self.one(objects, "Deployment")["spec"]["template"]["metadata"]["labels"]
        (port,) = self.reaper(self.pod(objects))["ports"]
        monitor = self.one(objects, "PodMonitor")
        self.assertLessEqual(monitor["spec"]["selector"]["matchLabels"].items(), labels.items())
        self.assertEqual(monitor["spec"]["podMetricsEndpoints"][0]["port"], port["name"])
        self.assertIn("chart-reaper", monitor["metadata"]["name"])  # the alert rules match it in the job's name
        policy = self.one(objects, "NetworkPolicy")["spec"]
        self.assertLessEqual(policy["podSelector"]["matchLabels"].items(), labels.items())
        self.assertEqual(policy["ingress"][0]["ports"][0]["port"], port["containerPort"])
        self.assertTrue(self.effective(objects)["CHART_METRICS_LISTEN"].endswith(f":{port['containerPort']}"))


if __name__ == "__main__":
    unittest.main()
