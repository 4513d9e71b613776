/// The dashboard that `splitflap new` writes: it shows something at once, on any machine and without a network.
package enum DashboardScaffold {
  /// The text of a new file for a dashboard of that name.
  package static func text(name: String) -> String {
    """
    # \(name).yml → /\(name)
    # After a change: splitflap check. Every option: docs/settings.md.
    title: \(name.humanised)
    act: anyone                     # viewers may press buttons

    sources:                        # where data comes from
      machine: { type: system, every: 2s }
      count: { type: counter, start: 0, every: 5s }

    layout: |                       # one word per cell: repeat an id to span, a dot is a gap
      cpu    memory  count  clock
      usage  usage   usage  again

    components:                     # what is shown, by id
      cpu: { type: gauge, title: CPU, from: machine.cpu, format: percent, levels: { warn: above 75, bad: above 90 } }
      memory: { type: gauge, from: machine.memory.percent, format: percent }
      count: { type: number, from: count, sparkline: 10m }
      clock: { type: clock }
      usage: { type: line, from: { CPU: machine.cpu, Memory: machine.memory.percent }, window: 10m, format: percent }
      again: { type: button, text: Count from 0, action: { reset: count } }

    """
  }
}
