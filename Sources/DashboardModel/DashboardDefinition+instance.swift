extension DashboardDefinition {
  /// The dashboard as one page of it shows it: every place for a variable filled in.
  package func instance(_ parameters: PageParameters) -> DashboardDefinition {
    guard !variables.isEmpty else { return self }
    let values = variables.values(with: parameters)
    var instance = self
    instance.parameters = parameters
    instance.title = VariableText.filled(title, values)
    instance.sources = sources.map { $0.filled(values) }
    instance.components = components.map { component in
      var component = component
      component.properties = component.properties.mappingTexts { VariableText.filled($0, values) }
      return component
    }
    instance.actions = actions.map { $0.filled(values) }
    return instance
  }

  /// True for a key that a page of this dashboard may have besides the plain one.
  package func mayHave(_ key: PageKey) -> Bool {
    (key.viewer != nil) == (scope == .viewer) && variables.accept(key.parameters)
  }
}

extension SourceDefinition {
  /// The variables that this source's texts have places for.
  package var variables: Set<String> {
    var names: Set<String> = []
    _ = mappingTexts { text in
      names.formUnion(VariableText.names(in: text))
      return text
    }
    return names
  }

  func filled(_ values: [String: String]) -> SourceDefinition { mappingTexts { VariableText.filled($0, values) } }

  // Programs of `pick` and tokens hold no places.
  private func mappingTexts(_ change: (String) -> String) -> SourceDefinition {
    var source = self
    source.cron?.timezone = cron?.timezone.map(change)
    source.kind =
      switch kind {
      case .counter, .push, .dashboards, .swift: kind
      case .clock(let timezone): .clock(timezone: timezone.map(change))
      case .system(let disk): .system(disk: change(disk))
      case .http(let request): .http(request.mappingTexts(change))
      case .command(let words): .command(words.map(change))
      case .file(let path, let format): .file(path: change(path), format: format)
      case .redis(let command, let url): .redis(command: command.map(change), url: url.map(change))
      case .sql(let database, let query, let values):
        .sql(database: change(database), query: query, values: values.map { .init(text: change($0.text), isNumber: $0.isNumber) })
      }
    return source
  }
}

extension ActionDefinition {
  fileprivate func filled(_ values: [String: String]) -> ActionDefinition {
    var action = self
    action.request = request.mappingTexts { VariableText.filled($0, values) }
    action.say = say.map { VariableText.filled($0, values) }
    return action
  }
}

extension HTTPRequestDefinition {
  fileprivate func mappingTexts(_ change: (String) -> String) -> HTTPRequestDefinition {
    HTTPRequestDefinition(
      url: change(url), method: method, headers: headers.map { .init(name: $0.name, value: change($0.value)) },
      body: body.map(change))
  }
}

extension ComponentDefinition {
  /// The variables that this component's texts have places for.
  package var variables: Set<String> {
    var names: Set<String> = []
    _ = properties.mappingTexts { text in
      names.formUnion(VariableText.names(in: text))
      return text
    }
    return names
  }
}

extension JSON.Members {
  fileprivate func mappingTexts(_ change: (String) -> String) -> JSON.Members {
    JSON.Members(list.map { .init(name: $0.name, value: $0.value.mappingTexts(change)) })
  }
}

extension JSON {
  fileprivate func mappingTexts(_ change: (String) -> String) -> JSON {
    switch self {
    case .string(let text): .string(change(text))
    case .array(let elements): .array(elements.map { $0.mappingTexts(change) })
    case .object(let members): .object(members.mappingTexts(change))
    default: self
    }
  }
}
