import re

from tests.unit.runtime.metrics_table import PAGE, table, written

from tiendo_runtime.metrics import TABLE


def test_the_page_tells_every_metric_as_it_is() -> None:
    assert written() == table(), (
        f"write it anew: python -m tests.unit.runtime.metrics_table\n{PAGE}"
    )


def test_the_alerts_on_the_page_ask_for_metrics_that_exist() -> None:
    [alerts] = re.findall(r"```promql\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    asked = set(re.findall(r"\b(?:tiendo|http|messaging|process)_\w+", alerts))
    labels = {label.replace(".", "_") for one in TABLE.values() for label in one.labels}
    known = {line.split("`")[1] for line in table().splitlines()[2:]}
    suffixed = {name + end for name in known for end in ("", "_bucket", "_sum", "_count")}
    assert asked
    assert asked <= suffixed | labels
    assert len(known) == len(TABLE)
