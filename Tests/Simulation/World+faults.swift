extension World {
  /// Does one of the mix's faults, and plans the next.
  func fault() {
    guard !isCalm else { return }
    agenda.after(random.between(20...mix.longestPause)) { self.fault() }
    var drawn = random.between(1...mix.weights.reduce(0) { $0 + $1.weight })
    for (fault, weight) in mix.weights {
      drawn -= weight
      guard drawn <= 0 else { continue }
      strike(fault)
      invariants.exceptLost()
      return
    }
  }

  private func strike(_ fault: Mix.Fault) {
    switch fault {
    case .crashProducer, .freezeProducer, .stopProducer, .cutProducer, .isolateProducer, .stealSpuriously:
      if let producer = producers.randomElement(using: &random) { strike(fault, producer) }
    case .crashFront, .cutFront, .cutChannel:
      if let front = fronts.randomElement(using: &random) { strike(fault, front) }
    case .stall, .outage, .restoreOld, .flush, .loseKey: strikeStore(fault)
    case .jumpClock: jumpClock()
    case .moveViewer:
      guard let viewer = viewers.randomElement(using: &random) else { return }
      note("\(viewer.name) moves")
      viewer.move()
    }
  }

  private func strike(_ fault: Mix.Fault, _ producer: Producer) {
    note("\(fault) \(producer.name)")
    switch fault {
    case .crashProducer: crash(producer)
    case .stopProducer: producer.stop()
    case .freezeProducer:
      producer.freeze()
      agenda.after(random.between(300...4000)) { producer.thaw() }
    case .cutProducer: producer.isolate(for: 0)
    case .isolateProducer: producer.isolate(for: random.between(500...4000))
    default: producer.stealNow()
    }
  }

  private func strike(_ fault: Mix.Fault, _ front: Front) {
    note("\(fault) \(front.name)")
    switch fault {
    case .crashFront: crash(front)
    case .cutFront: front.connection.cut(isolatedFor: random.between(0...1500))
    default: front.channel.cut()
    }
  }

  private func strikeStore(_ fault: Mix.Fault) {
    note("\(fault)")
    if fault == .flush || fault == .loseKey { invariants.willLoseLease() }
    switch fault {
    case .stall: store.stall(for: random.between(100...3000))
    case .flush: store.flush()
    case .loseKey:
      let key = store.loseKey()
      note("lost \(key)")
    case .restoreOld: away { self.store.goBack() }
    default: away { if self.random.chance(20) { self.store.flush() } }
    }
  }

  /// A restart of the store: every connection is cut, and it comes back as `change` leaves it.
  private func away(_ change: @escaping () -> Void) {
    store.outage(for: random.between(50...2500)) {
      self.invariants.willLoseLease()
      change()
      self.invariants.exceptLost(trustingMemory: self.invariants.isComingBack())
    }
    for producer in producers { producer.connection.cut() }
    for front in fronts {
      front.connection.cut()
      front.channel.cut()
    }
  }
}

extension Mix {
  package static let all = [everything, noSafetyNet, outages, takeovers, oldFiles, cutChannels, lossy, lostKeys, zombies]

  /// Nothing is lost on a channel and no version is compared: what a front missed stays missed.
  static let noSafetyNet: Mix = {
    var mix = Mix(weights: [
      (.crashProducer, 8), (.cutProducer, 10), (.cutFront, 16), (.cutChannel, 20), (.stall, 6), (.crashFront, 12),
      (.moveViewer, 6),
    ])
    mix.name = "no safety net"
    mix.longestPause = 250
    (mix.lost, mix.doubled, mix.reordered) = (0, 0, 0)
    mix.comparesVersions = false
    return mix
  }()

  /// The store goes away and comes back old or empty, and nothing else goes wrong.
  static let outages: Mix = {
    var mix = Mix(weights: [(.outage, 4), (.restoreOld, 10), (.moveViewer, 4)])
    mix.name = "outages"
    mix.longestPause = 3000
    mix.duration = 14_000
    mix.poisonous = 0
    return mix
  }()

  /// The store loses everything again and again, and connections break just when the lease changes hands.
  static let takeovers: Mix = {
    var mix = Mix(weights: [(.flush, 10), (.cutProducer, 4), (.crashProducer, 2)])
    mix.name = "takeovers"
    (mix.longestPause, mix.lostGrants, mix.poisonous) = (900, 50, 0)
    (mix.latestCall, mix.slowestCall) = (200, 60)
    return mix
  }()

  /// Owners die, and files from before come back.
  static let oldFiles: Mix = {
    var mix = Mix(weights: [(.crashProducer, 6), (.stopProducer, 2), (.restoreOld, 8)])
    mix.name = "old files"
    (mix.longestPause, mix.duration, mix.poisonous) = (3000, 14_000, 0)
    return mix
  }()

  /// Channels are cut again and again, answers are slow, and no version is compared: what a front missed stays missed. Short,
  /// for it shows only in what was changed last.
  static let cutChannels: Mix = {
    var mix = Mix(weights: [(.cutChannel, 10), (.crashFront, 1)])
    mix.name = "cut channels"
    (mix.lost, mix.doubled, mix.reordered, mix.poisonous) = (0, 0, 0, 0)
    (mix.longestPause, mix.duration, mix.slowestAnswer) = (300, 1500, 500)
    mix.comparesVersions = false
    return mix
  }()

  /// Owners are deposed while they live, and their calls take long: some arrive when the next owner has read the pages.
  static let zombies: Mix = {
    var mix = Mix(weights: [(.stealSpuriously, 10), (.cutProducer, 6), (.freezeProducer, 3)])
    mix.name = "zombies"
    (mix.longestPause, mix.poisonous, mix.longestWork) = (500, 0, 100)
    (mix.latestCall, mix.slowestCall) = (300, 60)
    return mix
  }()

  /// Single keys are lost, and now and then an owner dies: what its successor finds must be all there was.
  static let lostKeys: Mix = {
    var mix = Mix(weights: [(.loseKey, 10), (.crashProducer, 2)])
    mix.name = "lost keys"
    (mix.longestPause, mix.duration, mix.poisonous) = (900, 4000, 0)
    return mix
  }()

  /// Most of what is published is lost, and little else goes wrong.
  static let lossy: Mix = {
    var mix = Mix(weights: [(.moveViewer, 4), (.cutFront, 1)])
    mix.name = "lossy"
    (mix.lost, mix.duration, mix.poisonous) = (60, 3000, 0)
    return mix
  }()
}
