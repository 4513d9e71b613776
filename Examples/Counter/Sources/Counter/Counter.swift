import Splitflap

let count = Div(classes: "text-center m-4 p-4 text-white bg-blue-500", style: "font-size: min(200px, 30vw)")

@main struct Counter: DashboardApp {
  var pages: [Page] { Page("/", transport: .ajax, reloadInterval: .seconds(2.5)) { count } }

  func startup() async throws {
    background("counter") {
      for await n in ticks(every: .seconds(1), from: 501) { count.text = "\(n)" }
    }
  }
}
