import Ambience
import Document
import OrderedCollections
import Simulation
import StackEngine
import Testing

@testable import Resources

@Suite("Groups that scale")
struct ScalingTests {
  private func group(value: String = "a", rolling: String = "", size: Int = 2) -> String {
    """
    heat_template_version: 2018-08-31
    resources:
      Group:
        type: OS::Heat::AutoScalingGroup
        properties:
          min_size: 1
          max_size: 6
          desired_capacity: \(size)
          cooldown: 60
          resource: {type: OS::Heat::Value, properties: {value: \(value)}}
          \(rolling)
      Up:
        type: OS::Heat::ScalingPolicy
        properties:
          auto_scaling_group_id: {get_resource: Group}
          adjustment_type: change_in_capacity
          scaling_adjustment: 2
      Half:
        type: OS::Heat::ScalingPolicy
        properties:
          auto_scaling_group_id: {get_resource: Group}
          adjustment_type: percent_change_in_capacity
          scaling_adjustment: -50
          cooldown: 5
    outputs:
      size: {value: {get_attr: [Group, current_size]}}
    """
  }

  private let signal = Signal(id: "alarm", isSuccess: true, reason: "", data: #"{"state": "alarm"}"#)

  @Test("a policy's signal changes the size within the bounds, and outputs follow")
  func signals() throws {
    let pad = try Launchpad()
    try pad.time.run {
      _ = try await pad.engine.create("web", pad.template(group())).result()
      #expect(try await pad.members("web").keys.sorted() == ["m1", "m2"])
      _ = try await pad.engine.signal("web", "Up", signal)?.result()
      #expect(try await pad.members("web").keys.sorted() == ["m1", "m2", "m3", "m4"])
      #expect(try await pad.engine.outputs(of: "web")["size"]?.shown == 4)
      try await pad.time.ambient.sleep(.seconds(61))
      for _ in 0..<2 {
        _ = try await pad.engine.signal("web", "Up", signal)?.result()
        try await pad.time.ambient.sleep(.seconds(61))
      }
      #expect(try await pad.members("web").count == 6)
      _ = try await pad.engine.signal("web", "Half", signal)?.result()
      #expect(try await pad.members("web").keys.sorted() == ["m4", "m5", "m6"])
    }
  }

  @Test("a group that cools down and an alarm that ends change nothing, and say so")
  func nothing() throws {
    let pad = try Launchpad()
    try pad.time.run {
      _ = try await pad.engine.create("web", pad.template(group())).result()
      let ended = Signal(id: "alarm", isSuccess: true, reason: "", data: #"{"current": "ok"}"#)
      #expect(try await pad.engine.signal("web", "Up", ended) == nil)
      _ = try await pad.engine.signal("web", "Half", signal)?.result()
      #expect(try await pad.engine.signal("web", "Up", signal) == nil)
      #expect(try await pad.members("web").count == 1)
      let told = try await pad.engine.events(of: "web").filter { $0.status == "SIGNAL_COMPLETE" }.map(
        \.reason)
      #expect(told.first == "the alarm is ok")
      #expect(told.last?.hasPrefix("Group cools down until ") == true)
      try await pad.time.ambient.sleep(.seconds(6))
      #expect(try await pad.engine.signal("web", "Up", signal)?.result().status == .createComplete)
    }
  }

  @Test("an update that leaves the size unsaid keeps what a policy has made of it")
  func kept() throws {
    let pad = try Launchpad()
    try pad.time.run {
      _ = try await pad.engine.create("web", pad.template(group())).result()
      _ = try await pad.engine.signal("web", "Up", signal)?.result()
      _ = try await pad.engine.update("web", pad.template(group(value: "b"))).result()
      #expect(try await pad.members("web") == ["m1": "b", "m2": "b", "m3": "b", "m4": "b"])
    }
  }

  @Test(
    "an update changes as many at once as it may, with a spare where none may be out of service",
    arguments: [
      ("rolling_updates: {max_batch_size: 2}", [["m1", "m2"], ["m3"]]),
      ("rolling_updates: {max_batch_size: 3, min_in_service: 1}", [["m1", "m2"], ["m3"]]),
      ("", [["m1"], ["m2"], ["m3"]]),
    ])
  func rolling(_ policy: String, _ batches: [[String]]) throws {
    let pad = try Launchpad()
    try pad.time.run {
      _ = try await pad.engine.create("web", pad.template(group(rolling: policy, size: 3))).result()
      _ = try await pad.engine.update("web", pad.template(group(value: "b", rolling: policy, size: 3)))
        .result()
      #expect(try await pad.members("web") == ["m1": "b", "m2": "b", "m3": "b"])
      #expect(try await pad.batches("web", "UPDATE_COMPLETE") == batches)
    }
  }

  @Test("where all must stay in service a spare stands in, and the pause lies between batches")
  func spare() throws {
    let pad = try Launchpad()
    let policy = "rolling_updates: {max_batch_size: 2, min_in_service: 2, pause_time: 30}"
    try pad.time.run {
      _ = try await pad.engine.create("web", pad.template(group(rolling: policy))).result()
      let start = pad.time.ambient.uptime()
      _ = try await pad.engine.update("web", pad.template(group(value: "b", rolling: policy))).result()
      #expect(pad.time.ambient.uptime() - start >= .seconds(30))
      #expect(pad.time.ambient.uptime() - start < .seconds(60))
      #expect(try await pad.batches("web", "CREATE_COMPLETE") == [["m1", "m2"], ["m3"]])
      #expect(try await pad.batches("web", "DELETE_COMPLETE") == [["m3"]])
      #expect(try await pad.members("web") == ["m1": "b", "m2": "b"])
    }
  }

  @Test("a numbered group is made and changed in batches")
  func numbered() throws {
    @Sendable func text(_ value: String) -> String {
      """
      heat_template_version: 2018-08-31
      resources:
        Group:
          type: OS::Heat::ResourceGroup
          update_policy:
            batch_create: {max_batch_size: 2}
            rolling_update: {max_batch_size: 3}
          properties:
            count: 5
            resource_def: {type: OS::Heat::Value, properties: {value: "\(value)-%index%"}}
      """
    }
    let pad = try Launchpad()
    try pad.time.run {
      _ = try await pad.engine.create("web", pad.template(text("a"))).result()
      #expect(try await pad.batches("web", "CREATE_COMPLETE") == [["0", "1"], ["2", "3"], ["4"]])
      _ = try await pad.engine.update("web", pad.template(text("b"))).result()
      #expect(try await pad.batches("web", "UPDATE_COMPLETE") == [["0", "1", "2"], ["3", "4"]])
      #expect(try await pad.members("web")["4"] == "b-4")
    }
  }

  @Test("a share is rounded towards the present size, moves it by one at least, and by the least step")
  func sizes() throws {
    func size(_ amount: Int, from size: Int, step: Int = 0) throws -> Int {
      let properties: OrderedDictionary<String, Value> = [
        "AutoScalingGroupName": "g", "AdjustmentType": "PercentChangeInCapacity",
        "ScalingAdjustment": .integer(Int64(amount)), "MinAdjustmentStep": .integer(Int64(step)),
      ]
      return try ScalingAdjustment(Properties(properties), of: "Up").size(from: size)
    }
    #expect(try size(10, from: 3) == 4)
    #expect(try size(-10, from: 3) == 2)
    #expect(try size(50, from: 5) == 7)
    #expect(try size(-50, from: 5) == 3)
    #expect(try size(25, from: 8, step: 3) == 11)
  }

  @Test("a rolling policy of AWS's is read, and a pause that is no duration is told")
  func policies() throws {
    let policy: Value = [
      "AutoScalingRollingUpdate": ["MinInstancesInService": "1", "MaxBatchSize": "2", "PauseTime": "PT1M30S"]
    ]
    let rolling = try #require(try Rolling(aws: policy))
    #expect(rolling.batch == 2 && rolling.inService == 1 && rolling.pause == .seconds(90))
    #expect(try Rolling(aws: nil) == nil)
    let error = #expect(throws: ResourceError.self) {
      try Rolling(aws: ["AutoScalingRollingUpdate": ["PauseTime": "soon"]])
    }
    #expect(error?.diagnostics.first?.hint == "it is a duration such as PT5M")
  }

  @Test("AWS's group keeps its instances as they are when no policy says how to change them")
  func untouched() throws {
    @Sendable func text(_ image: String, _ policy: String = "") -> String {
      """
      AWSTemplateFormatVersion: 2010-09-09
      Resources:
        Launch:
          Type: AWS::AutoScaling::LaunchConfiguration
          Properties: {ImageId: \(image), InstanceType: m1.small}
        Group:
          Type: AWS::AutoScaling::AutoScalingGroup
          \(policy)
          Properties:
            AvailabilityZones: [nova]
            LaunchConfigurationName: !Ref Launch
            MinSize: 2
            MaxSize: 4
        Up:
          Type: AWS::AutoScaling::ScalingPolicy
          Properties: {AutoScalingGroupName: !Ref Group, AdjustmentType: ExactCapacity, ScalingAdjustment: 3}
      """
    }
    @Sendable func images(_ pad: Launchpad) async throws -> [String?] {
      let name = try #require(
        try await pad.engine.describe("web").resources["Group"]?.physical?.reference.string)
      let resources = try await pad.engine.describe(name).resources
      return resources.sorted { $0.key < $1.key }.map { $0.value.properties["ImageId"]?.string }
    }
    let pad = try Launchpad()
    try pad.time.run {
      let (old, new) = ("F17-x86_64-cfntools", "cirros")
      _ = try await pad.engine.create("web", pad.template(text(old))).result()
      _ = try await pad.engine.update("web", pad.template(text(new))).result()
      #expect(try await images(pad) == [old, old])
      _ = try await pad.engine.signal("web", "Up", signal)?.result()
      #expect(try await images(pad) == [old, old, new])
      let policy = "UpdatePolicy: {AutoScalingRollingUpdate: {MaxBatchSize: 2, PauseTime: PT1S}}"
      _ = try await pad.engine.update("web", pad.template(text("F16-x86_64-cfntools", policy))).result()
      #expect(try await images(pad).count == 3)
    }
  }
}
