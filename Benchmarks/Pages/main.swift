import Foundation

// The producers that are measured. `benchmarks commits` and `benchmarks snapshot` measure the link to Redis by itself;
// anything else is the commands of an app whose pages change at a pace that is set from outside.
switch CommandLine.arguments.dropFirst().first {
case "commits": await StoreFigures.run { try await $0.commits() }
case "snapshot": await StoreFigures.run { try await $0.snapshot() }
default: await BenchPages.main()
}
