package import Document

/// Something that can be done with a resource or a service beside what all kinds share, as data.
///
/// Most are a request that is filled in from the arguments; the others are a function.
package struct Action: Sendable {
  /// What comes back.
  package enum Answer: Sendable {
    case nothing
    /// The answer's JSON, or one member of it.
    case data(String? = nil)
    /// A resource, alone or in a member.
    case thing(@Sendable () -> ResourceKind)
    case things(@Sendable () -> ResourceKind)
  }

  /// How the arguments that aren't in the path are sent.
  enum Body: Sendable {
    /// As the query.
    case query
    case flat
    /// In a member; null there when there are none, unless `isEmptyMap`.
    case member(String, isEmptyMap: Bool = false)
    /// One argument as the value of a member.
    case value(String, of: String)
    /// One argument as the whole body.
    case whole(String)
  }

  struct Template: Sendable {
    let method: String
    /// What follows the target's path; `{name}` is an argument.
    let tail: String
    let body: Body
  }

  enum Effect: Sendable {
    case call(Template)
    case custom(@Sendable (Target, Arguments) async throws -> Value)
  }

  package let name: String
  package let summary: String
  package let parameters: [Parameter]
  package let answer: Answer
  let effect: Effect
  let needs: Microversion?
  let atMost: Microversion?

  private init(
    _ name: String, _ summary: String, _ parameters: [Parameter], _ answer: Answer, _ effect: Effect,
    needs: Microversion? = nil, atMost: Microversion? = nil
  ) {
    self.name = name
    self.summary = summary
    self.parameters = parameters
    self.answer = answer
    self.effect = effect
    self.needs = needs
    self.atMost = atMost
  }

  /// One of the things that Nova, Cinder and Heat do on `POST …/action`.
  static func act(
    _ name: String, _ member: String, _ summary: String, _ parameters: [Parameter] = [],
    isEmptyMap: Bool = false, answer: Answer = .nothing, needs: Microversion? = nil,
    atMost: Microversion? = nil
  ) -> Action {
    let template = Template(
      method: "POST", tail: "/action", body: .member(member, isEmptyMap: isEmptyMap))
    return Action(name, summary, parameters, answer, .call(template), needs: needs, atMost: atMost)
  }

  /// One request.
  static func call(
    _ name: String, _ method: String, _ tail: String, _ summary: String, _ parameters: [Parameter] = [],
    body: Body = .query, answer: Answer = .nothing, needs: Microversion? = nil, atMost: Microversion? = nil
  ) -> Action {
    let template = Template(method: method, tail: tail, body: body)
    return Action(name, summary, parameters, answer, .call(template), needs: needs, atMost: atMost)
  }

  /// What takes more than one request, or none.
  static func custom(
    _ name: String, _ summary: String, _ parameters: [Parameter] = [], answer: Answer = .nothing,
    _ body: @escaping @Sendable (Target, Arguments) async throws -> Value
  ) -> Action {
    Action(name, summary, parameters, answer, .custom(body))
  }
}

/// What an action is done to: a resource, or with an empty path a service.
package struct Target: Sendable {
  let cloud: Cloud
  let service: Service
  /// What comes after the service's endpoint.
  let path: String
  /// The id, and what is known of it already; empty for a service.
  let id: String
  let raw: Value

  func send(
    _ method: String, _ tail: String = "", query: Query = [:], headers: [String: String] = [:],
    body: Value? = nil
  ) async throws -> Answer {
    try await cloud.send(
      Call(
        service, method, path + tail, query: query, headers: headers, body: body.map { .json($0) } ?? .none))
  }
}

/// What an action was given, by the parameters' names, with ids for names.
package struct Arguments: Sendable {
  package var values: [String: Value]
  package var progress: (@Sendable (_ moved: Int64, _ total: Int64?) -> Void)?

  package init(
    _ values: [String: Value] = [:],
    progress: (@Sendable (_ moved: Int64, _ total: Int64?) -> Void)? = nil
  ) {
    self.values = values.filter { !$0.value.isNull }
    self.progress = progress
  }

  func text(_ name: String) -> String? { values[name]?.scalarText }
  func integer(_ name: String) -> Int? { values[name]?.integer.map { Int($0) } }
  func truth(_ name: String) -> Bool { values[name]?.bool ?? false }
  subscript(name: String) -> Value? { values[name] }
}
