package import Document
import HTTP
import OrderedCollections

extension Action {
  /// What an action gave.
  package enum Outcome: Sendable {
    case data(Value)
    case thing(Thing)
    case things([Thing])
  }

  func perform(_ target: Target, _ given: Arguments) async throws -> Outcome {
    let arguments = try await checked(given, target)
    switch effect {
    case .custom(let body): return try outcome(of: await body(target, arguments), target)
    case .call(let template):
      let answer = try await target.cloud.send(call(template, target, arguments))
      let isText = answer.header("Content-Type")?.hasPrefix("text/") ?? false
      return try outcome(
        of: isText ? .string(String(decoding: answer.bytes, as: UTF8.self)) : answer.value(), target)
    }
  }

  // MARK: - The request

  private func call(_ template: Template, _ target: Target, _ arguments: Arguments) -> Call {
    var tail = template.tail
    var rest: [(name: String, value: Value)] = []
    for parameter in parameters {
      guard let value = arguments[parameter.name] else { continue }
      let mark = "{\(parameter.name)}"
      if tail.contains(mark) {
        tail = tail.replacing(mark, with: percentEncoded(value.scalarText ?? ""))
      } else {
        rest.append((parameter.field, value))
      }
    }
    var call = Call(target.service, template.method, target.path + tail, needs: needs, atMost: atMost)
    fill(&call, template.body, rest, arguments)
    return call
  }

  private func fill(
    _ call: inout Call, _ body: Body, _ rest: [(name: String, value: Value)], _ arguments: Arguments
  ) {
    let fields = Value.object(rest.map { ($0.name, $0.value) })
    switch body {
    case .query: for item in rest { call.query[item.name] = item.value.scalarText }
    case .flat: call.body = .json(fields)
    case .member(let name, let isEmptyMap):
      call.body = .json([name: rest.isEmpty && !isEmptyMap ? .null : fields])
    case .value(let name, let parameter): call.body = .json([name: arguments[parameter] ?? .null])
    case .whole(let parameter): call.body = .json(arguments[parameter] ?? .null)
    }
  }

  // MARK: - The answer

  private func outcome(of value: Value, _ target: Target) throws -> Outcome {
    switch answer {
    case .nothing: return .data(.null)
    case .data(let member): return .data(member.map { value[$0] ?? .null } ?? value)
    case .thing(let kind):
      if let thing = Thing(kind().unwrapped(value), of: kind()) { return .thing(thing) }
      throw OpenStackError(
        .badResponse, "\(target.service.program)'s answer describes no \(kind().label)",
        service: target.service)
    case .things(let kind):
      let items = value[kind().plural]?.list ?? value.list ?? []
      return .things(items.compactMap { Thing($0, of: kind()) })
    }
  }

  // MARK: - The arguments

  private func checked(_ given: Arguments, _ target: Target) async throws -> Arguments {
    var arguments = given
    for parameter in parameters {
      guard let value = given[parameter.name] else {
        if parameter.isRequired { throw missing(parameter, target) }
        continue
      }
      arguments.values[parameter.name] = try await parameter.resolved(value, target.cloud)
    }
    return arguments
  }

  private func missing(_ parameter: Parameter, _ target: Target) -> OpenStackError {
    OpenStackError(
      .badRequest, "\(name) needs \(parameter.name)", service: target.service, hint: parameter.summary)
  }
}

extension Parameter {
  /// The value as the API wants it: ids for names, and only what it may be.
  func resolved(_ value: Value, _ cloud: Cloud) async throws -> Value {
    switch form {
    case .named(let kind): return try await Self.id(of: value, kind(), cloud)
    case .allNamed(let kind):
      var ids: [Value] = []
      for one in value.list ?? [value] { ids.append(try await Self.id(of: one, kind(), cloud)) }
      return .list(ids)
    default:
      guard let text = value.string, !choices.isEmpty, !choices.contains(text) else { return value }
      if let same = choices.first(where: { $0.lowercased() == text.lowercased() }) { return .string(same) }
      throw OpenStackError(
        .badRequest, "\(name) can't be \(text)", hint: "use \(choices.joined(separator: ", "))")
    }
  }

  /// Spares the look-up of what looks like an id already.
  private static func id(of value: Value, _ kind: ResourceKind, _ cloud: Cloud) async throws -> Value {
    guard let text = value.scalarText, !isIdentifier(text) else { return value }
    return .string(try await cloud.things(kind).find(text).id)
  }
}

extension ResourceKind {
  /// A new one's fields in the API's words.
  func resolved(_ given: Value, _ cloud: Cloud) async throws -> Value {
    guard case .map(let members) = given else { return given }
    var fields: [(String, Value)] = []
    for (name, value) in members {
      guard let parameter = self.fields.first(where: { $0.name == name }), !value.isNull else {
        fields.append((name, value))
        continue
      }
      let resolved = try await parameter.resolved(value, cloud)
      fields.append((parameter.field, shaped?(parameter.name, resolved) ?? resolved))
    }
    return .object(fields)
  }
}
