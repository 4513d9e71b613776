import Foundation
import Testing

@testable import Splitflap

@Suite struct UtilityClassesTests {
  /// The declarations of one class, as written.
  private func declared(_ name: String) -> String? {
    let rules = UtilityClasses.rules(for: [name])
    guard rules.unknown.isEmpty, let start = rules.css.lastIndex(of: "{"), let end = rules.css[start...].firstIndex(of: "}")
    else { return nil }
    return String(rules.css[rules.css.index(after: start)..<end])
  }

  @Test func `the seed's classes are Tailwind's`() {
    let rules = UtilityClasses.rules(for: ["text-center", "m-4", "p-4", "text-white", "bg-blue-500"])

    #expect(
      rules.css == """
        .element.m-4{margin:1rem}
        .element.p-4{padding:1rem}
        .element.bg-blue-500{background-color:#3b82f6}
        .element.text-center{text-align:center}
        .element.text-white{color:#ffffff}
        """)
    #expect(rules.unknown.isEmpty)
  }

  @Test(arguments: [
    ("p-0", "padding:0px"), ("p-px", "padding:1px"), ("p-0.5", "padding:0.125rem"), ("px-3", "padding-left:0.75rem;padding-right:0.75rem"),
    ("-m-2", "margin:-0.5rem"), ("mx-auto", "margin-left:auto;margin-right:auto"), ("gap-x-6", "column-gap:1.5rem"),
    ("p-[7px]", "padding:7px"), ("w-1/2", "width:50%"), ("w-2/3", "width:66.666667%"), ("w-full", "width:100%"),
    ("w-screen", "width:100vw"), ("h-screen", "height:100vh"), ("h-96", "height:24rem"), ("min-h-full", "min-height:100%"),
    ("max-w-md", "max-width:28rem"), ("max-w-none", "max-width:none"), ("size-8", "width:2rem;height:2rem"),
    ("w-[calc(100%_-_2rem)]", "width:calc(100% - 2rem)"),
  ])
  func `distances and sizes follow the scale`(name: String, declarations: String) {
    #expect(declared(name) == declarations)
  }

  @Test(arguments: [
    ("text-xs", "font-size:0.75rem;line-height:1rem"), ("text-9xl", "font-size:8rem;line-height:1"),
    ("text-lg/7", "font-size:1.125rem;line-height:1.75rem"), ("text-[13px]", "font-size:13px"), ("font-semibold", "font-weight:600"),
    ("leading-tight", "line-height:1.25"), ("leading-6", "line-height:1.5rem"), ("tracking-wide", "letter-spacing:0.025em"),
    ("uppercase", "text-transform:uppercase"), ("italic", "font-style:italic"), ("underline", "text-decoration-line:underline"),
    ("truncate", "overflow:hidden;text-overflow:ellipsis;white-space:nowrap"), ("text-left", "text-align:left"),
  ])
  func `type follows the scale`(name: String, declarations: String) {
    #expect(declared(name) == declarations)
  }

  @Test(arguments: [
    ("text-red-950", "color:#450a0a"), ("bg-slate-50", "background-color:#f8fafc"), ("bg-black/50", "background-color:rgb(0 0 0 / 0.5)"),
    ("border-rose-300", "border-color:#fda4af"), ("text-current", "color:currentcolor"), ("bg-[#0f0]", "background-color:#0f0"),
    ("bg-transparent", "background-color:transparent"), ("border-t-emerald-700", "border-top-color:#047857"),
  ])
  func `colours have names, shades and opacity`(name: String, declarations: String) {
    #expect(declared(name) == declarations)
  }

  @Test(arguments: [
    ("flex", "display:flex"), ("hidden", "display:none"), ("flex-1", "flex:1 1 0%"), ("flex-col", "flex-direction:column"),
    ("items-center", "align-items:center"), ("justify-between", "justify-content:space-between"), ("grow", "flex-grow:1"),
    ("grid-cols-3", "grid-template-columns:repeat(3, minmax(0, 1fr))"), ("col-span-2", "grid-column:span 2 / span 2"),
    ("border", "border-width:1px"), ("border-b-2", "border-bottom-width:2px"), ("rounded", "border-radius:0.25rem"),
    ("rounded-full", "border-radius:9999px"), ("border-dashed", "border-style:dashed"), ("opacity-75", "opacity:0.75"),
    ("shadow-sm", "box-shadow:0 1px 2px 0 rgb(0 0 0 / 0.05)"), ("overflow-x-auto", "overflow-x:auto"), ("absolute", "position:absolute"),
    ("-top-1/2", "top:-50%"), ("inset-0", "inset:0px"), ("z-10", "z-index:10"), ("cursor-not-allowed", "cursor:not-allowed"),
  ])
  func `boxes, flex, grid, borders and effects`(name: String, declarations: String) {
    #expect(declared(name) == declarations)
  }

  @Test func `the rules that the browser's tests use are these`() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Fixtures/elements")
    let names = try String(contentsOf: folder.appending(path: "utility_classes.txt"), encoding: .utf8)
    let pinned = try String(contentsOf: folder.appending(path: "utility_classes.css"), encoding: .utf8)

    let rules = UtilityClasses.rules(for: Set(names.split(whereSeparator: \.isWhitespace).map(String.init)))

    #expect(rules.unknown.isEmpty)
    #expect(rules.css + "\n" == pinned, "the rules now: \(rules.css)")
  }

  @Test func `variants come after plain rules, screens from narrow to wide, dark last`() {
    let rules = UtilityClasses.rules(for: ["dark:p-1", "xl:p-2", "sm:p-3", "hover:p-4", "p-5", "md:hover:p-6"])

    #expect(
      rules.css == #"""
        .element.p-5{padding:1.25rem}
        @media (hover:hover){
        .element.hover\:p-4:hover{padding:1rem}
        }
        @media (min-width:640px){
        .element.sm\:p-3{padding:0.75rem}
        }
        @media (min-width:768px) and (hover:hover){
        .element.md\:hover\:p-6:hover{padding:1.5rem}
        }
        @media (min-width:1280px){
        .element.xl\:p-2{padding:0.5rem}
        }
        :where([data-dark]) .element.dark\:p-1{padding:0.25rem}
        """#)
  }

  @Test func `the narrower property comes after the wider`() {
    let lines = UtilityClasses.rules(for: ["pt-1", "px-2", "p-3", "mt-1", "m-0"]).css.split(separator: "\n")

    #expect(lines.map { $0.prefix { $0 != "{" } } == [".element.m-0", ".element.mt-1", ".element.p-3", ".element.px-2", ".element.pt-1"])
  }

  @Test func `what is none of ours is named and has no rule`() {
    let names: Set<String> = ["my-card", "p-4", "bg-blue-555", "p-1.3", "sm:", "hovr:p-4", "w-[url(x)]", "-p-4", "p-[1;color:red]"]

    let rules = UtilityClasses.rules(for: names)

    #expect(rules.css == ".element.p-4{padding:1rem}")
    #expect(rules.unknown == ["-p-4", "bg-blue-555", "hovr:p-4", "my-card", "p-1.3", "p-[1;color:red]", "sm:", "w-[url(x)]"])
  }

  @Test(arguments: [
    "p-[}*{color:red}]", "p-[1)]", "bg-[url('x')]", "p-[\\75rl(x)]", "w-[@import]", "p-[/*]", "w-[expression(1)]",
    "text-[</style>]", "p-[image-set(x)]", "bg-[src(x)]", "p-[\u{1F600}]", "p-[a\"b]",
  ])
  func `nothing leaves its declaration`(name: String) {
    #expect(UtilityClasses.rules(for: [name]) == UtilityRules(css: "", unknown: [name]))
  }

  @Test func `names are escaped as CSS wants it`() {
    let css = UtilityClasses.rules(for: ["2xl:w-1/2", "p-[2%]", "!m-0.5"]).css

    #expect(css.contains(#".element.\32 xl\:w-1\/2{width:50%}"#))
    #expect(css.contains(#".element.p-\[2\%\]{padding:2%}"#))
    #expect(css.contains(#".element.\!m-0\.5{margin:0.125rem!important}"#))
  }

  @Test func `more names than are remembered give the same rules`() {
    let many = Set((0..<5000).map { "own-\($0)" })

    #expect(UtilityClasses.rules(for: many.union(["p-4"])).css == UtilityClasses.rules(for: ["p-4"]).css)
  }

  @Test func `every colour has eleven shades`() {
    let colours = "slate gray zinc neutral stone red orange amber yellow lime green emerald teal cyan sky blue indigo violet purple fuchsia pink rose"
    let shades = [50, 100, 200, 300, 400, 500, 600, 700, 800, 900, 950]
    let names = colours.split(separator: " ").flatMap { colour in shades.map { "bg-\(colour)-\($0)" } }

    let rules = UtilityClasses.rules(for: Set(names))

    #expect(rules.unknown.isEmpty && rules.css.split(separator: "\n").count == 22 * 11)
  }
}
