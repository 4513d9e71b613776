extension Family {
  private static let radius = Scale.steps(
    "none=0px sm=0.125rem .=0.25rem md=0.375rem lg=0.5rem xl=0.75rem 2xl=1rem 3xl=1.5rem full=9999px"
  ).or(.arbitrary)
  private static let line = Scale.steps(".=1px 0=0px 2=2px 4=4px 8=8px")
  private static let percent = Scale.whole(0...100) { Scale.short(Double($0) / 100) }
  private static let between = " > .element:not(:last-child)"

  static let borders: [Family] = [
    .scaled("divide-x", "border-inline-end-width", line, reach: between),
    .scaled("divide-y", "border-bottom-width", line, reach: between),
    .scaled("divide", "border-color", Palette.scale, reach: between),
    .scaled("rounded", "border-radius", radius),
    .scaled("rounded-t", "border-top-left-radius border-top-right-radius", radius),
    .scaled("rounded-r", "border-top-right-radius border-bottom-right-radius", radius),
    .scaled("rounded-b", "border-bottom-right-radius border-bottom-left-radius", radius),
    .scaled("rounded-l", "border-top-left-radius border-bottom-left-radius", radius),
    .scaled("rounded-tl", "border-top-left-radius", radius), .scaled("rounded-tr", "border-top-right-radius", radius),
    .scaled("rounded-br", "border-bottom-right-radius", radius),
    .scaled("rounded-bl", "border-bottom-left-radius", radius),
    .scaled("border", "border-width", line),
    .scaled("border-x", "border-left-width border-right-width", line),
    .scaled("border-y", "border-top-width border-bottom-width", line),
    .scaled("border-t", "border-top-width", line), .scaled("border-r", "border-right-width", line),
    .scaled("border-b", "border-bottom-width", line), .scaled("border-l", "border-left-width", line),
    .fixed("border", "border-style", "solid dashed dotted double hidden none"),
    .scaled("border", "border-color", Palette.scale),
    .scaled("border-x", "border-left-color border-right-color", Palette.scale),
    .scaled("border-y", "border-top-color border-bottom-color", Palette.scale),
    .scaled("border-t", "border-top-color", Palette.scale), .scaled("border-r", "border-right-color", Palette.scale),
    .scaled("border-b", "border-bottom-color", Palette.scale), .scaled("border-l", "border-left-color", Palette.scale),
  ]

  static let backgrounds: [Family] = [
    .scaled("bg", "background-color", Palette.scale),
    .scaled("accent", "accent-color", Palette.scale),
  ]

  private static let sizes: [String: (String, String)] = [
    "xs": ("0.75rem", "1rem"), "sm": ("0.875rem", "1.25rem"), "base": ("1rem", "1.5rem"),
    "lg": ("1.125rem", "1.75rem"), "xl": ("1.25rem", "1.75rem"), "2xl": ("1.5rem", "2rem"),
    "3xl": ("1.875rem", "2.25rem"), "4xl": ("2.25rem", "2.5rem"), "5xl": ("3rem", "1"), "6xl": ("3.75rem", "1"),
    "7xl": ("4.5rem", "1"), "8xl": ("6rem", "1"), "9xl": ("8rem", "1"),
  ]
  // `text-lg/7` brings a line height of its own.
  private static let sizeAndLine = Scale.several { text in
    let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
    guard let first = parts.first, let size = sizes[first] else { return nil }
    guard parts.count == 2 else { return [size.0, size.1] }
    return leading.values(parts[1]).map { [size.0] + $0 }
  }
  private static let leading = Scale.steps("none=1 tight=1.25 snug=1.375 normal=1.5 relaxed=1.625 loose=2").or(.spacing)
  private static let textLength = Scale { text in
    // A bracket with a colour is a colour.
    Palette.scale.values(text) == nil ? Scale.arbitrary.values(text)?.first : nil
  }

  static let typography: [Family] = [
    .fixed("text", "text-align", "left center right justify start end"),
    .fixed("align", "vertical-align", "baseline top middle bottom text-top text-bottom sub super"),
    .fixed(
      "font", "font-family",
      "sans=var(--font) mono=var(--font-mono) serif=ui-serif,Georgia,Cambria,serif"),
    .scaled("text", "font-size line-height", sizeAndLine), .scaled("text", "font-size", textLength),
    .fixed(
      "font", "font-weight",
      "thin=100 extralight=200 light=300 normal=400 medium=500 semibold=600 bold=700 extrabold=800 black=900"),
    .fixed("", "text-transform", "uppercase lowercase capitalize normal-case=none"),
    .fixed("", "font-style", "italic not-italic=normal"),
    .fixed("", "font-variant-numeric", "tabular-nums lining-nums normal-nums=normal"),
    .scaled("leading", "line-height", leading),
    .scaled(
      "tracking", "letter-spacing",
      .steps("tighter=-0.05em tight=-0.025em normal=0em wide=0.025em wider=0.05em widest=0.1em").or(.arbitrary)),
    .scaled("text", "color", Palette.scale),
    .fixed("", "text-decoration-line", "underline overline line-through no-underline=none"),
    .scaled("decoration", "text-decoration-color", Palette.scale),
    .fixed("decoration", "text-decoration-style", "solid double dotted dashed wavy"),
    .scaled("underline-offset", "text-underline-offset", .steps("auto 0=0px 1=1px 2=2px 4=4px 8=8px")),
    .fixed("text", "text-overflow", "ellipsis clip"),
    .fixed("whitespace", "white-space", "normal nowrap pre pre-line pre-wrap break-spaces"),
    .fixed("text", "text-wrap", "wrap nowrap balance pretty"),
    .named([
      "break-normal": "overflow-wrap:normal;word-break:normal", "break-words": "overflow-wrap:break-word",
      "break-all": "word-break:break-all", "break-keep": "word-break:keep-all",
    ]),
    .scaled("indent", "text-indent", .spacing, negative: true),
  ]

  private static func shadow(_ parts: String...) -> String { "box-shadow:" + parts.joined(separator: ", ") }

  static let effects: [Family] = [
    .scaled("opacity", "opacity", percent),
    .named([
      "shadow-sm": shadow("0 1px 2px 0 rgb(0 0 0 / 0.05)"),
      "shadow": shadow("0 1px 3px 0 rgb(0 0 0 / 0.1)", "0 1px 2px -1px rgb(0 0 0 / 0.1)"),
      "shadow-md": shadow("0 4px 6px -1px rgb(0 0 0 / 0.1)", "0 2px 4px -2px rgb(0 0 0 / 0.1)"),
      "shadow-lg": shadow("0 10px 15px -3px rgb(0 0 0 / 0.1)", "0 4px 6px -4px rgb(0 0 0 / 0.1)"),
      "shadow-xl": shadow("0 20px 25px -5px rgb(0 0 0 / 0.1)", "0 8px 10px -6px rgb(0 0 0 / 0.1)"),
      "shadow-2xl": shadow("0 25px 50px -12px rgb(0 0 0 / 0.25)"),
      "shadow-inner": shadow("inset 0 2px 4px 0 rgb(0 0 0 / 0.05)"),
      "shadow-none": "box-shadow:none",
      "outline-none": "outline:2px solid transparent;outline-offset:2px",
    ]),
    .scaled("rotate", "rotate", .whole(0...360) { "\($0)deg" }, negative: true),
    .scaled("scale", "scale", .whole(0...200) { "\(Scale.short(Double($0) / 100))" }),
    .fixed(
      "transition", "transition",
      ".=color_.15s,_background-color_.15s,_border-color_.15s,_opacity_.15s,_box-shadow_.15s,_translate_.15s,_scale_.15s,_rotate_.15s"
        + " all=all_.15s colors=color_.15s,_background-color_.15s,_border-color_.15s opacity=opacity_.15s"
        + " shadow=box-shadow_.15s none"),
    .scaled("duration", "transition-duration", .whole(0...5000) { "\($0)ms" }),
    .fixed("ease", "transition-timing-function", "linear in=cubic-bezier(0.4,_0,_1,_1) out=cubic-bezier(0,_0,_0.2,_1) in-out=cubic-bezier(0.4,_0,_0.2,_1)"),
  ]
}
