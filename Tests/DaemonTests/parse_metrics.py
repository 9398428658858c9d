"""Reads Prometheus' text format from standard input with its own Python library and prints what it understood."""
import json
import sys

try:
    from prometheus_client.parser import text_string_to_metric_families
except ImportError:
    sys.exit(77)

families = text_string_to_metric_families(sys.stdin.buffer.read().decode("utf-8"))
print(json.dumps([
    [family.name, family.type, family.documentation,
     [[sample.name, dict(sample.labels), str(float(sample.value))] for sample in family.samples]]
    for family in families
]))
