// Formats numbers and times for people. 1 MB is 1,048,576 bytes, as everywhere in this program.
const number = new Intl.NumberFormat("en");
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const shortClock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

const count = (value) => number.format(value);
const plural = (value, one, many) => `${count(value)} ${value === 1 ? one : many}`;
const charts = (value) => plural(value, "chart", "charts");

function bytes(value) {
  const units = ["bytes", "KB", "MB", "GB", "TB"];
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toLocaleString("en", { maximumFractionDigits: digits })} ${units[unit]}`;
}

const megabytes = (value) => bytes(value * 1048576);

function duration(seconds) {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Number((seconds / 3600).toFixed(1))} h`;
  return `${Math.round(seconds / 86400)} days`;
}

const hours = (value) => (value < 0 ? "ahead of the clock" : duration(value * 3600));

// Returns the time of day, with the date unless it is today.
function time(value) {
  const date = new Date(value);
  const today = date.toDateString() === new Date().toDateString();
  return today ? clock.format(date) : `${day.format(date)} ${shortClock.format(date)}`;
}

const reasonNames = {
  expired: "too old",
  over_limit: "over the limit",
  disk_pressure: "volume full",
  requested: "on request",
};
const reasonName = (reason) => reasonNames[reason] ?? reason;
