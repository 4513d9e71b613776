"""Charts: what a tick moves along and adds looks as if all had been drawn anew."""
import pytest

from processes import until

# Two charts of one size: `live` is drawn once and then tick by tick, `whole` once, with the same rows.
SCENE = """
async ({ options, ticks }) => {
  const root = document.querySelector("script[type=module]").src;
  const { Chart } = await import(new URL("./chart.js", root));
  const { loadStyle } = await import(new URL("./style_loader.js", root));
  await loadStyle(new URL("./components/line.css", root));
  const scene = window.scene = { rows: [], drawn: 0 };
  const made = (name) => {
    const box = document.createElement("div"), canvas = document.createElement("canvas");
    box.style.cssText = "position: relative; width: 400.5px; height: 190px; color: black";
    canvas.style.cssText = "position: absolute; inset: 0; width: 100%; height: 100%";
    box.append(canvas);
    document.body.append(box);
    scene[name] = new Chart(canvas, { label: String, style: "line", window: 30000, ...options });
    scene[name].canvas = canvas;
    return canvas.getContext("2d");
  };
  const context = made("live"), { clearRect } = context;
  // Whatever is drawn anew is cleared first, from the left edge to the right one if it is all.
  context.clearRect = function (x, y, width, height) { if (x === 0 && y === 0) scene.drawn += 1; clearRect.apply(this, arguments); };
  const row = (index) => [1700000000000 + index * 110, index % 37 > 3 ? 50 + 40 * Math.sin(index / 9) : null, index % 13];
  let index = 0;
  const more = (count) => { for (let n = 0; n < count; n += 1, index += 1) scene.rows.push(row(index)); };
  more(300);
  scene.live.show(scene.rows);
  await new Promise((resolve) => new ResizeObserver(resolve).observe(context.canvas));
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const before = scene.drawn;
  for (let tick = 0; tick < ticks; tick += 1) {
    more(tick % 3);
    scene.rows.splice(0, scene.rows.length - 300);
    scene.live.show(scene.rows);
  }
  made("whole");
  scene.whole.show([...scene.rows]);
  return scene.drawn - before;
}
"""
# How many pixels of the two differ so much that one would see it, and how many are not empty.
DIFFERENCE = """
() => {
  const [live, whole] = [scene.live, scene.whole].map(({ canvas }) =>
    canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data);
  let different = 0, filled = 0;
  for (let at = 0; at < whole.length; at += 4) {
    const most = Math.max(...[0, 1, 2, 3].map((channel) => Math.abs(live[at + channel] - whole[at + channel])));
    if (most > 64) different += 1;
    if (whole[at + 3] > 0) filled += 1;
  }
  return live.length === whole.length ? { different, filled } : null;
}
"""


def same(page):
    """Whether both charts are drawn and look the same, but for the edges of steep lines: those are smoothed a little otherwise
    where a line is drawn in pieces. What is a pixel out of its place makes a third of all pixels differ."""
    answer = page.evaluate(DIFFERENCE)
    return answer and answer["filled"] > 2000 and answer["different"] < answer["filled"] / 50


@pytest.fixture(params=[1, 2], ids=["sharp", "twice as sharp"])
def scene(dev, new_page, request):
    page = new_page(f"{dev.base}/counter", device_scale_factor=request.param)
    page.locator("[data-component]").first.wait_for()

    def show(options, ticks=40):
        return page.evaluate(SCENE, {"options": options, "ticks": ticks})
    page.show = show
    return page


@pytest.mark.parametrize("options", [
    {}, {"style": "area"}, {"stacked": True}, {"style": "bar"}, {"min": 0, "max": 60}, {"window": 20000},
], ids=["lines", "areas", "stacked", "bars", "a fixed axis", "a shorter window"])
def test_a_chart_drawn_tick_by_tick_looks_as_if_drawn_at_once(scene, options):
    scene.show(options)

    until(lambda: same(scene), what="two charts that look the same")


def test_a_tick_draws_only_what_is_new(scene):
    assert scene.show({}) == 0
    assert scene.show({"style": "bar"}) > 0


def test_a_chart_that_was_resized_marked_or_coloured_anew_is_drawn_whole(scene):
    scene.show({})
    until(lambda: same(scene), what="two charts that look the same")

    for change in (
        "for (const { canvas } of [scene.live, scene.whole]) canvas.parentElement.style.width = '333px'",
        "document.documentElement.dataset.scheme = 'dark'",
        "scene.live.mark(20); scene.whole.mark(20)",
    ):
        before = scene.evaluate("scene.drawn")
        scene.evaluate(change)
        until(lambda: scene.evaluate("scene.drawn") > before and same(scene), what=change)

    scene.evaluate("scene.live.mark(null); scene.rows.push([scene.rows.at(-1)[0] + 110, 10, 20]); scene.live.show(scene.rows)")
    scene.evaluate("scene.whole.mark(null); scene.whole.show([...scene.rows])")
    until(lambda: same(scene), what="two charts without a mark")


def test_a_chart_out_of_sight_waits_and_is_right_when_it_comes_into_sight(scene):
    scene.show({})
    until(lambda: same(scene), what="two charts that look the same")
    scene.evaluate("document.body.style.paddingTop = '3000px'")
    tick = "scene.rows.push([scene.rows.at(-1)[0] + 110, 90, 12]); scene.live.show(scene.rows)"
    picture = "scene.live.canvas.toDataURL()"

    def waits():
        before = scene.evaluate(picture)
        scene.evaluate(tick)
        return scene.evaluate(picture) == before
    until(waits, what="a chart that waits")

    scene.evaluate("scene.whole.show([...scene.rows]); document.body.style.paddingTop = ''")
    until(lambda: same(scene), what="two charts that look the same")


def test_a_canvas_has_the_pixels_of_its_place_also_on_an_emulated_screen(scene):
    scene.show({}, ticks=0)

    most = scene.evaluate("[devicePixelRatio * 400.5 - scene.live.canvas.width, devicePixelRatio * 190 - scene.live.canvas.height]")

    assert all(abs(off) <= 1 for off in most), most
