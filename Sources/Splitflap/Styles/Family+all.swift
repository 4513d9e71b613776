extension Family {
  /// Every family, in the order of their rules: of two that touch the same property, the narrower comes later and wins.
  static let all: [Family] =
    position + boxes + sizes + flexAndGrid + spacing + borders + backgrounds + typography + effects

  private static let length = Scale.spacing.or(.steps("auto full=100%")).or(.fraction)

  private static let position: [Family] = [
    .named([
      "sr-only":
        "position:absolute;width:1px;height:1px;padding:0;margin:-1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap;border-width:0",
      "truncate": "overflow:hidden;text-overflow:ellipsis;white-space:nowrap",
      "antialiased": "-webkit-font-smoothing:antialiased;-moz-osx-font-smoothing:grayscale",
      "group": "--group:1",
    ]),
    .fixed("pointer-events", "pointer-events", "none auto"),
    .fixed("", "visibility", "visible invisible=hidden"),
    .fixed("", "position", "static fixed absolute relative sticky"),
    .scaled("inset", "inset", length, negative: true),
    .scaled("inset-x", "left right", length, negative: true),
    .scaled("inset-y", "top bottom", length, negative: true),
    .scaled("top", "top", length, negative: true),
    .scaled("right", "right", length, negative: true),
    .scaled("bottom", "bottom", length, negative: true),
    .scaled("left", "left", length, negative: true),
    .fixed("", "isolation", "isolate"),
    .scaled("z", "z-index", .whole(0...9999) { "\($0)" }.or(.steps("auto")), negative: true),
    .scaled("order", "order", .whole(1...99) { "\($0)" }.or(.steps("first=-9999 last=9999 none=0"))),
    .fixed("float", "float", "left right none"),
  ]

  private static let boxes: [Family] = [
    .fixed(
      "", "display",
      "block inline-block inline flex inline-flex table inline-table table-row table-cell grid inline-grid contents hidden=none flow-root list-item"),
    .fixed("box", "box-sizing", "border=border-box content=content-box"),
    .fixed("aspect", "aspect-ratio", "auto square=1_/_1 video=16_/_9"),
    .fixed("object", "object-fit", "contain cover fill none scale-down"),
    .fixed("overflow", "overflow", "auto hidden clip visible scroll"),
    .fixed("overflow-x", "overflow-x", "auto hidden clip visible scroll"),
    .fixed("overflow-y", "overflow-y", "auto hidden clip visible scroll"),
    .fixed("table", "table-layout", "auto fixed"),
    .fixed("border", "border-collapse", "collapse separate"),
    .fixed("list", "list-style-position", "inside outside"),
    .fixed("list", "list-style-type", "none disc decimal"),
    .fixed("appearance", "appearance", "none auto"),
    .fixed("resize", "resize", ".=both none x=horizontal y=vertical"),
    .fixed("cursor", "cursor", "auto default pointer wait text move help not-allowed none progress crosshair grab grabbing"),
    .fixed("select", "user-select", "none text all auto"),
  ]

  private static let extent = length.or(.steps("min=min-content max=max-content fit=fit-content"))
  private static let measures = Scale.steps(
    "none 0=0px xs=20rem sm=24rem md=28rem lg=32rem xl=36rem 2xl=42rem 3xl=48rem 4xl=56rem 5xl=64rem 6xl=72rem 7xl=80rem prose=65ch screen-sm=640px screen-md=768px screen-lg=1024px screen-xl=1280px screen-2xl=1536px")

  private static let sizes: [Family] = [
    .scaled("size", "width height", extent),
    .scaled("h", "height", extent.or(.steps("screen=100vh dvh=100dvh"))),
    .scaled("max-h", "max-height", extent.or(.steps("none screen=100vh dvh=100dvh"))),
    .scaled("min-h", "min-height", extent.or(.steps("screen=100vh dvh=100dvh"))),
    .scaled("w", "width", extent.or(.steps("screen=100vw"))),
    .scaled("max-w", "max-width", measures.or(extent).or(.steps("screen=100vw"))),
    .scaled("min-w", "min-width", extent.or(.steps("screen=100vw"))),
  ]

  private static let lines = Scale.whole(1...24) { "\($0)" }.or(.steps("auto"))
  private static let span = Scale.whole(1...24) { "span \($0) / span \($0)" }.or(.steps("full=1_/_-1"))
  private static let tracks = Scale.whole(1...24) { "repeat(\($0), minmax(0, 1fr))" }.or(.steps("none subgrid"))
    .or(.arbitrary)
  private static let places = "start=flex-start end=flex-end center between=space-between around=space-around"
    + " evenly=space-evenly stretch normal"
  private static let sides = "auto start=flex-start end=flex-end center stretch baseline"

  private static let flexAndGrid: [Family] = [
    .fixed("flex", "flex", "1=1_1_0% auto=1_1_auto initial=0_1_auto none"),
    .scaled("shrink", "flex-shrink", .steps(".=1 0")),
    .scaled("grow", "flex-grow", .steps(".=1 0")),
    .scaled("basis", "flex-basis", length),
    .scaled("col-span", "grid-column", span), .fixed("col", "grid-column", "auto"),
    .scaled("col-start", "grid-column-start", lines), .scaled("col-end", "grid-column-end", lines),
    .scaled("row-span", "grid-row", span), .fixed("row", "grid-row", "auto"),
    .scaled("row-start", "grid-row-start", lines), .scaled("row-end", "grid-row-end", lines),
    .fixed("grid-flow", "grid-auto-flow", "row col=column dense row-dense=row_dense col-dense=column_dense"),
    .fixed("auto-cols", "grid-auto-columns", "auto min=min-content max=max-content fr=minmax(0,_1fr)"),
    .fixed("auto-rows", "grid-auto-rows", "auto min=min-content max=max-content fr=minmax(0,_1fr)"),
    .scaled("grid-cols", "grid-template-columns", tracks), .scaled("grid-rows", "grid-template-rows", tracks),
    .fixed("flex", "flex-direction", "row row-reverse col=column col-reverse=column-reverse"),
    .fixed("flex", "flex-wrap", "wrap wrap-reverse nowrap"),
    .fixed("place-content", "place-content", "center start end between=space-between around=space-around evenly=space-evenly stretch"),
    .fixed("place-items", "place-items", "start end center stretch baseline"),
    .fixed("content", "align-content", places + " baseline"),
    .fixed("items", "align-items", "start=flex-start end=flex-end center baseline stretch"),
    .fixed("justify", "justify-content", places),
    .fixed("justify-items", "justify-items", "start end center stretch normal"),
    .scaled("gap", "gap", .spacing), .scaled("gap-x", "column-gap", .spacing), .scaled("gap-y", "row-gap", .spacing),
    .fixed("self", "align-self", sides),
    .fixed("justify-self", "justify-self", "auto start end center stretch"),
    .fixed("place-self", "place-self", "auto start end center stretch"),
  ]

  private static let between = " > .element:not(:last-child)"
  private static let margin = length

  private static let spacing: [Family] = [
    .scaled("m", "margin", margin, negative: true),
    .scaled("mx", "margin-left margin-right", margin, negative: true),
    .scaled("my", "margin-top margin-bottom", margin, negative: true),
    .scaled("ms", "margin-inline-start", margin, negative: true),
    .scaled("me", "margin-inline-end", margin, negative: true),
    .scaled("mt", "margin-top", margin, negative: true), .scaled("mr", "margin-right", margin, negative: true),
    .scaled("mb", "margin-bottom", margin, negative: true), .scaled("ml", "margin-left", margin, negative: true),
    .scaled("space-x", "margin-inline-end", .spacing, negative: true, reach: between),
    .scaled("space-y", "margin-block-end", .spacing, negative: true, reach: between),
    .scaled("p", "padding", .spacing), .scaled("px", "padding-left padding-right", .spacing),
    .scaled("py", "padding-top padding-bottom", .spacing), .scaled("ps", "padding-inline-start", .spacing),
    .scaled("pe", "padding-inline-end", .spacing), .scaled("pt", "padding-top", .spacing),
    .scaled("pr", "padding-right", .spacing), .scaled("pb", "padding-bottom", .spacing),
    .scaled("pl", "padding-left", .spacing),
  ]
}
