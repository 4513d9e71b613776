import Splitflap

struct Hello: Component {
  @State var clicks = 0

  var body: Content {
    Div("Hello! I was clicked \(clicks) times", classes: "m-2 p-4 w-80 text-xl text-white bg-blue-500 hover:bg-blue-700")
      .on(.click) { clicks += 1 }
  }
}

@main struct HelloTest: DashboardApp {
  var pages: [Page] { Page("/", transport: .ajax, scope: .viewer) { for _ in 0..<10 { Hello() } } }
}
