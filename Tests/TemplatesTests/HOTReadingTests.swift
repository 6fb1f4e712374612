import Document
import OrderedCollections
import Templates
import TestSupport
import Testing

/// The golden cases of reading HOT: a template, and what there is to say about it.
struct HOTReadingTests {
  @Test("the model of a HOT template is that of its CloudFormation twin")
  func oneModel() throws {
    let hot = try #require(
      HOTTests.reading(
        """
        heat_template_version: 2016-10-14
        description: One
        parameter_groups:
        - {label: All, parameters: [Flavor]}
        parameters:
          Flavor: {type: string, default: m1.small, constraints: [{allowed_values: [m1.small, m1.large]}]}
        conditions:
          Big: {equals: [{get_param: Flavor}, m1.large]}
        resources:
          Disk: {type: OS::Cinder::Volume, deletion_policy: retain, condition: Big}
          Web:
            type: OS::Nova::Server
            depends_on: Disk
            properties: {flavor: {get_param: Flavor}, name: {if: [Big, {get_resource: Disk}, x]}}
        outputs:
          Address: {value: {get_attr: [Web, first_address]}}
        """
      ).template)
    let other = try #require(
      HOTTests.reading(
        """
        Description: One
        Parameters:
          Flavor: {Type: String, Default: m1.small, AllowedValues: [m1.small, m1.large]}
        Conditions:
          Big: !Equals [!Ref Flavor, m1.large]
        Resources:
          Disk: {Type: OS::Cinder::Volume, DeletionPolicy: Retain, Condition: Big}
          Web:
            Type: OS::Nova::Server
            DependsOn: Disk
            Properties: {flavor: !Ref Flavor, name: !If [Big, !Ref Disk, x]}
        Outputs:
          Address: {Value: !GetAtt Web.first_address}
        """
      ).template)
    #expect(hot.resources.keys == other.resources.keys)
    for (left, right) in zip(hot.resources.values, other.resources.values) {
      #expect(left.type == right.type && left.dependencies == right.dependencies)
      #expect(left.condition == right.condition && left.deletionPolicy == right.deletionPolicy)
      #expect(left.properties.mapValues(\.shape) == right.properties.mapValues(\.shape))
    }
    #expect(hot.outputs.mapValues(\.value.shape) == other.outputs.mapValues(\.value.shape))
    #expect(hot.conditions.mapValues(\.shape) == other.conditions.mapValues(\.shape))
    #expect(hot.parameters["Flavor"]?.allowedValues == other.parameters["Flavor"]?.allowedValues)
    #expect(hot.details.parameterGroups.map(\.parameters) == [["Flavor"]])
  }

  @Test("each problem has a code, a place and a hint", arguments: GoldenCase.all("hot.txt"))
  func problems(_ golden: GoldenCase) {
    let found = HOTTests.reading(golden.input).diagnostics.filter { !["W2001", "W8001"].contains($0.code) }
    #expect(found.allSatisfy { $0.place != nil })
    let words = found.map { problem in problem.hint.map { "\(problem.code)\n\($0)" } ?? problem.code }
    #expect(words.joined(separator: "\n") == golden.expected)
  }

  @Test("what an older version takes as data stays data")
  func data() throws {
    let text = """
      heat_template_version: 2013-05-23
      resources: {r: {type: T, properties: {a: {filter: {x: 1}}, b: {contains: x}, c: {if: [1]}}}}
      """
    #expect(HOTTests.reading(text).diagnostics.isEmpty)
  }

  @Test(
    "constraints are held to, each with its own words",
    arguments: [
      ("length: {min: 2, max: 3}", "abcd", "must have a length from 2 to 3"),
      ("range: {max: 3}", "4", "must be at most 3"),
      ("modulo: {step: 3, offset: 1}", "5", "must be 1 more than a multiple of 3"),
      ("allowed_values: [a, b]", "c", "must be one of a, b"),
      ("allowed_pattern: '[a-z]+'", "A1", "must match [a-z]+"),
      ("custom_constraint: net_cidr", "10.0.0.0/33", "must be a network such as `10.0.0.0/24`"),
      ("custom_constraint: mac_addr", "fa:16:3e", "must be a MAC address such as `fa:16:3e:00:00:01`"),
      ("custom_constraint: dns_name, description: so not", "-x", "so not"),
    ] as [(String, String, String)])
  func constraints(constraint: String, value: String, message: String) throws {
    let text = """
      heat_template_version: wallaby
      parameters: {p: {type: string, constraints: [{\(constraint)}]}}
      """
    let template = try #require(HOTTests.reading(text).template)
    #expect { try template.parameterValues(given: ["p": .string(value)]) } throws: { error in
      (error as? Diagnostics)?.items.first?.message.contains(message) == true
    }
  }

  @Test("custom constraints put questions, and answers become problems")
  func customConstraints() throws {
    let text = """
      heat_template_version: wallaby
      parameters:
        image: {type: string, default: f17, constraints: [{custom_constraint: glance.image}]}
        nets:
          type: comma_delimited_list
          default: 'a,b'
          constraints: [{custom_constraint: neutron.network}]
        empty: {type: string, default: '', constraints: [{custom_constraint: nova.flavor}]}
      """
    let template = try #require(HOTTests.reading(text).template)
    let values = try template.parameterValues(given: [:])
    let questions = template.customConstraints(for: values)
    #expect(questions.map(\.name) == ["glance.image", "neutron.network", "neutron.network"])
    let answers: [CustomConstraint: CustomConstraintAnswer] = [
      questions[0]: .holds, questions[1]: .unknown, questions[2]: .broken("there is no network `b`"),
    ]
    let problems = template.problems(with: values, answers: answers)
    #expect(problems.map(\.message) == ["the value `b` of the parameter `nets`: there is no network `b`"])
    #expect(template.problems(with: values, answers: [:]).isEmpty)
    let typed = try #require(
      HOTTests.reading("{Parameters: {K: {Type: 'AWS::EC2::KeyPair::KeyName', Default: k}}, Resources: {}}")
        .template)
    let asked = typed.customConstraints(for: try typed.parameterValues(given: [:]))
    #expect(asked == [CustomConstraint(name: "nova.keypair", value: "k")])
  }
}

extension Expression {
  /// What it is, without its places.
  fileprivate var shape: String {
    switch kind {
    case .literal(let value): return value.jsonText()
    case .list(let items): return "[\(items.map(\.shape))]"
    case .map(let members): return "{\(members.map { "\($0.key): \($0.value.shape)" })}"
    case .parameter(let name): return "param \(name)"
    case .resource(let id): return "resource \(id)"
    case .attribute(let id, let name): return "attribute \(id) \(name)"
    case .noValue: return "nothing"
    case .function(let function):
      let name = "\(function)".prefix { $0 != "(" }
      return "\(name) \(conditionNames) \(function.parts.map(\.shape))"
    }
  }
}
