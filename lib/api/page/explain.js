// Explains one chart: the next action for it, and the rule that decides.
async function explainChart(event) {
  event.preventDefault();
  const path = byId("path").value.trim();
  try {
    const answer = await askAsAdministrator(`charts/explain?path=${encodeURIComponent(path)}`);
    const details = [`${bytes(answer.chart.size_bytes)}, ${hours(answer.chart.age_hours)} old`, `rule: ${answer.rule.replace("_", " ")}`];
    if (answer.due && new Date(answer.due) > Date.now()) details.push(`due ${time(answer.due)}`);
    if (answer.bytes_until_limit != null) details.push(`${bytes(answer.bytes_until_limit)} may be written before the size limit reaches it`);
    byId("explanation").replaceChildren(make("p", null, make("b", null, answer.explanation)), make("p", { class: "quiet" }, details.join(" · ")));
  } catch (error) {
    byId("explanation").replaceChildren(make("p", null, error.message));
  }
}
