import DashboardFiles
import DashboardModel
import Testing

struct DiagnosticFormatTests {
  private let diagnostics = Fixtures.compile(
    "titel: \"100%: a,b\"\nsources: { s: { type: htpp } }\n" + FolderTests.good, file: "dash,boards/test.yml").1

  @Test func `text shows excerpts and sums up`() {
    #expect(DiagnosticFormat.text.render(diagnostics, files: 3) == """
      dash,boards/test.yml:1:1: error: a dashboard has no option "titel" [E120]
          1 | titel: "100%: a,b"
            | ^~~~~ did you mean "title"?
      dash,boards/test.yml:2:23: error: there is no source type "htpp" [E125]
          2 | sources: { s: { type: htpp } }
            |                       ^~~~ did you mean "http"?
      2 errors in 1 file. More about them: splitflap explain E120 E125
      """)
    #expect(DiagnosticFormat.text.render([], files: 1) == "1 file, no errors.")
  }

  @Test func `json has one object per mistake`() throws {
    let json = try JSON(decoding: Array(DiagnosticFormat.json.render(diagnostics, files: 3).utf8))

    #expect(json["files"] == 3)
    #expect(json["diagnostics"]?.elements?.map { $0["code"] } == ["E120", "E125"])
    #expect(json["diagnostics"]?.elements?[1]["column"] == 23)
    #expect(json["diagnostics"]?.elements?[1]["length"] == 4)
  }

  @Test func `sarif names rules, lines and columns`() throws {
    let sarif = try JSON(decoding: Array(DiagnosticFormat.sarif.render(diagnostics, files: 3).utf8))
    let run = try #require(sarif["runs"]?.elements?.first)

    #expect(sarif["version"] == "2.1.0")
    #expect(run["tool"]?["driver"]?["rules"]?.elements?.map { $0["id"] } == ["E120", "E125"])
    let region = run["results"]?.elements?[1]["locations"]?.elements?[0]["physicalLocation"]?["region"]
    #expect(region?["startLine"] == 2 && region?["startColumn"] == 23 && region?["endColumn"] == 27)
  }

  @Test func `a caret stands under its word behind characters of double width`() {
    let told = Fixtures.compile("title: 売上\nsources: { s: { type: counter, start: \"日本🎉\", evry: 1s } }\n" + FolderTests.good).1

    let shown = told.first { $0.code == .unknownOption }?.render()
    #expect(shown == """
      dashboards/test.yml:2:46: error: source "s" (counter) has no option "evry" [E120]
          2 | sources: { s: { type: counter, start: "日本🎉", evry: 1s } }
            |                                                 ^~~~ did you mean "every"?
      """)
  }

  @Test func `a caret is as wide as the word of double width above it`() {
    let told = Fixtures.compile("sources: { s: { type: 計数 } }\n" + FolderTests.good).1

    #expect(told.first?.render().hasSuffix("|                       ^~~~ " + (told.first?.hint ?? "")) == true)
  }

  @Test func `sarif counts columns in code points and encodes addresses`() throws {
    let told = Fixtures.compile(
      "sources: { s: { type: counter, note: e\u{301}👩‍💻, evry: 1s } }\n" + FolderTests.good, file: "dash boards/é#1.yml").1
    let wrong = told.filter { $0.message.contains("evry") }
    let sarif = try JSON(decoding: Array(DiagnosticFormat.sarif.render(wrong, files: 1).utf8))

    let place = sarif["runs"]?.elements?.first?["results"]?.elements?.first?["locations"]?.elements?[0]["physicalLocation"]
    #expect(wrong.first?.column == 42)
    #expect(place?["region"]?["startColumn"] == 45 && place?["region"]?["endColumn"] == 49)
    #expect(place?["artifactLocation"]?["uri"] == "dash%20boards/%C3%A9%231.yml")
  }

  @Test func `github annotates lines`() {
    #expect(DiagnosticFormat.github.render(diagnostics, files: 3) == """
      ::error file=dash%2Cboards/test.yml,line=1,col=1,endColumn=6,title=E120::a dashboard has no option "titel" \
      (did you mean "title"?)
      ::error file=dash%2Cboards/test.yml,line=2,col=23,endColumn=27,title=E125::there is no source type "htpp" \
      (did you mean "http"?)
      """)
  }

  @Test func `every format names the lines that included a file`() throws {
    let included = Fixtures.compile("include: parts/broken.yml\n" + FolderTests.good, file: "dashboards/a.yml").1
    let json = try JSON(decoding: Array(DiagnosticFormat.json.render(included, files: 1).utf8))
    let sarif = try JSON(decoding: Array(DiagnosticFormat.sarif.render(included, files: 1).utf8))

    #expect(DiagnosticFormat.text.render(included, files: 1).contains("dashboards/a.yml:1:10: note: included here"))
    let note: JSON = ["file": "dashboards/a.yml", "line": 1, "column": 10, "message": "included here"]
    #expect(json["diagnostics"]?.elements?[0]["notes"] == [note])
    let related = sarif["runs"]?.elements?[0]["results"]?.elements?[0]["relatedLocations"]?.elements?[0]
    #expect(related?["message"]?["text"] == "included here")
    #expect(related?["physicalLocation"]?["artifactLocation"]?["uri"] == "dashboards/a.yml")
  }

  @Test(arguments: DiagnosticCode.allCases) func `every code explains itself`(code: DiagnosticCode) {
    #expect(code.explained.hasPrefix("\(code.rawValue): "))
    #expect(code.explained.contains("Before:") && code.explained.contains("After:"))
    #expect(DiagnosticCode(typed: code.rawValue.lowercased()) == code)
  }
}
