"""What `check` of 500 dashboards with secrets and variables takes, one of them broken, and the reload of another."""
import compiler

from harness.measure import percentile
from harness.report import Figure

TITLE = f"check of {compiler.DASHBOARDS} dashboards, and the reload of one"


def measure(run):
    check, reload, answer = compiler.measure(run.binary, run.runs)
    return [
        Figure(
            one["name"], 1000 * one["goal"], 1000 * one["value"], " ms", f"{1000 * one['value']:.0f} ms", is_most=True,
            details={"runs": one["runs"], "worst": percentile(one["runs"], 1), **more})
        for one, more in ((check, {}), (reload, {"from save to answer": answer["runs"]}))]
