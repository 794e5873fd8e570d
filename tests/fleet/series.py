"""Counts the time series of a pod's metrics."""

# A client decides which routes it asks, and each has its own series. No chart has.
REQUEST_SERIES = "chart_reaper_http_request"


def series_of(text):
    """Returns the names of all series, with their labels, of an answer of GET /metrics."""
    return {line.rsplit(" ", 1)[0] for line in text.splitlines() if line and not line.startswith("#")}


def of_the_pod(series):
    """Returns the series that do not depend on requests."""
    return {name for name in series if not name.startswith(REQUEST_SERIES)}


def naming(series, words):
    """Returns the series that contain one of the words, such as a symbol."""
    return {name for name in series if any(word in name for word in words)}


def value_of(text, name):
    """Returns the value of a series, or None if there is no such series."""
    for line in text.splitlines():
        if line.startswith(f"{name} "):
            return float(line.rsplit(" ", 1)[1])
    return None
