import Document
import OrderedCollections

extension ResourceSketch {
  typealias Fields = OrderedDictionary<String, Value>

  /// The resource as a template says it; `name` is unlike that of any other resource of the life.
  func text(_ name: String, of sketch: StackSketch) -> Value {
    var fields: Fields = ["Type": .string(kind.type), "Properties": .map(properties(name, of: sketch))]
    if !after.isEmpty { fields["DependsOn"] = .list(after.map { .string($0) }) }
    if isRetained { fields["DeletionPolicy"] = "Retain" }
    return .map(fields)
  }

  private func reference(_ word: String) -> Value? { ends[word].map { ["Ref": .string($0)] } }

  /// The small number, perhaps by a parameter.
  private var smallText: Value { parameter.map { ["Ref": .string($0)] } ?? .string("s\(small)") }

  // One case a kind, as long as there are kinds.
  private func properties(_ name: String, of sketch: StackSketch) -> Fields {
    switch kind {
    case .value: return ["value": reference("value") ?? smallText]
    case .none: return [:]
    case .random: return ["length": .integer(Int64(8 + large))]
    case .test:
      return [
        "value": reference("value") ?? smallText, "wait_secs": .integer(Int64(variant % 7)),
        "fail": .bool(sketch.failing.contains(name)),
      ]
    case .delay:
      return ["min_wait": .integer(Int64(variant % 9)), "actions": ["CREATE", "DELETE"]]
    case .network: return ["name": .string("\(name)-\(small)")]
    case .subnet:
      return [
        "network": reference("network") ?? "private", "cidr": .string("10.\(100 + large).\(variant).0/24"),
        "name": smallText,
      ]
    case .port: return portProperties(name)
    case .group:
      var fields: Fields = ["rules": .list((0..<small % 4).map { Self.rule($0) })]
      if variant.isMultiple(of: 2) { fields["description"] = smallText }
      return fields
    case .ec2Group:
      return [
        "GroupDescription": .string("d\(large)"),
        "SecurityGroupIngress": .list((0..<small % 4).map { Self.ingress($0) }),
      ]
    case .address, .portAddress:
      var fields: Fields = ["floating_network": "public"]
      fields["port_id"] = reference("port")
      return fields
    case .elasticIP, .serverAddress:
      var fields: Fields = [:]
      fields["InstanceId"] = reference("server")
      return fields
    case .addressLink:
      return ["floatingip_id": reference("address") ?? "", "port_id": reference("port") ?? ""]
    case .elasticIPLink:
      return ["EIP": reference("address") ?? "", "InstanceId": reference("server") ?? ""]
    case .router:
      var fields: Fields = ["name": .string("\(name)-\(small)")]
      if large.isMultiple(of: 2) { fields["external_gateway_info"] = ["network": "public"] }
      return fields
    case .routerInterface:
      return ["router": reference("router") ?? "", "subnet": reference("subnet") ?? ""]
    case .volume, .ec2Volume: return volumeProperties(name)
    case .server, .instance:
      return serverProperties(name, hasNetworks: sketch.hasNetworks)
    case .attachment:
      return ["instance_uuid": reference("server") ?? "", "volume_id": reference("volume") ?? ""]
    case .ec2Attachment:
      return [
        "InstanceId": reference("server") ?? "", "VolumeId": reference("volume") ?? "", "Device": "/dev/vdc",
      ]
    case .keyPair: return ["name": .string("\(name)-\(large)")]
    case .serverGroup: return ["policies": [large.isMultiple(of: 2) ? "anti-affinity" : "affinity"]]
    case .container: return variant.isMultiple(of: 2) ? ["name": .string("\(name)-\(large)")] : [:]
    case .handle: return [:]
    case .condition:
      return [
        "handle": reference("handle") ?? "", "timeout": .integer(Int64(30 + variant * 10)),
        "count": .integer(Int64(1 + large % 2)),
      ]
    case .resourceGroup, .scalingGroup, .scalingPolicy, .stack: return outerProperties(name, of: sketch)
    }
  }

  private static func rule(_ number: Int) -> Value {
    ["protocol": "tcp", "port_range_min": .integer(Int64(80 + number)), "port_range_max": 99]
  }

  private static func ingress(_ number: Int) -> Value {
    ["IpProtocol": "tcp", "FromPort": .integer(Int64(80 + number)), "ToPort": 99, "CidrIp": "0.0.0.0/0"]
  }

  private func portProperties(_ name: String) -> Fields {
    var fields: Fields = ["network": "private"]
    if let subnet = ends["subnet"] {
      fields["network"] = ["Fn::GetAtt": [.string(subnet), "network_id"]]
      fields["fixed_ips"] = [["subnet": ["Ref": .string(subnet)]]]
    }
    if let group = reference("group") { fields["security_groups"] = [group] }
    if variant.isMultiple(of: 3) {
      fields["name"] = .string("\(name)-\(small)")
    } else {
      fields["tags"] = [smallText]
    }
    return fields
  }

  private func volumeProperties(_ name: String) -> Fields {
    if kind == .ec2Volume {
      return [
        "Size": .string(String(1 + small)), "AvailabilityZone": "nova",
        "Tags": [["Key": "k", "Value": .string("v\(large)")]],
      ]
    }
    var fields: Fields = ["size": .integer(Int64(1 + small)), "metadata": ["k": smallText]]
    if variant.isMultiple(of: 2) { fields["name"] = .string("\(name)-\(small)") }
    if !large.isMultiple(of: 2) { fields["image"] = "cirros" }
    return fields
  }

  private func serverProperties(_ name: String, hasNetworks: Bool) -> Fields {
    if kind == .instance {
      var fields: Fields = [
        "ImageId": large.isMultiple(of: 2) ? "cirros" : "U10-x86_64-cfntools",
        "InstanceType": small.isMultiple(of: 3) ? "m1.tiny" : "m1.small",
        "Tags": [["Key": "k", "Value": smallText]],
      ]
      fields["KeyName"] = reference("key")
      if let group = reference("group") { fields["SecurityGroups"] = [group] }
      // Without, it is on the project's only network, of which there may be several when the stack has some.
      if variant.isMultiple(of: 2) || hasNetworks { fields["SubnetId"] = "private-subnet" }
      return fields
    }
    var fields: Fields = [
      "flavor": small.isMultiple(of: 3) ? "m1.tiny" : "m1.small", "image": "cirros",
      "metadata": ["k": smallText],
      "user_data": .string("#!/bin/sh\n: \(large)\n"), "user_data_format": "RAW",
    ]
    fields["key_name"] = reference("key")
    if let group = reference("serverGroup") { fields["scheduler_hints"] = ["group": group] }
    if variant.isMultiple(of: 4) { fields["name"] = .string("\(name)-\(small)") }
    if let port = reference("port") {
      fields["networks"] = [["port": port]]
    } else {
      fields["networks"] = [variant.isMultiple(of: 3) ? ["subnet": "private-subnet"] : ["network": "private"]]
    }
    return fields
  }

  private func outerProperties(_ name: String, of sketch: StackSketch) -> Fields {
    let inner = inner ?? StackSketch()
    switch kind {
    case .scalingPolicy:
      return [
        "auto_scaling_group_id": reference("group") ?? "", "adjustment_type": "change_in_capacity",
        "scaling_adjustment": .integer(Int64(variant.isMultiple(of: 2) ? 1 : -1)),
      ]
    case .stack:
      var fields: Fields = ["template": .string(inner.text(prefix: name).jsonText())]
      if !inner.parameters.isEmpty { fields["parameters"] = .map(inner.parameterValues) }
      return fields
    default:
      let member = inner.resources.values.first ?? ResourceSketch(kind: .value)
      var definition = member.text("\(name)m", of: inner)["Properties"]?.map ?? [:]
      definition = definition.filter { !["name", "cidr"].contains($0.key) }
      let resource: Value = ["type": .string(member.kind.type), "properties": .map(definition)]
      if kind == .resourceGroup { return ["count": .integer(Int64(small % 4)), "resource_def": resource] }
      return [
        "min_size": .integer(Int64(small % 2)), "max_size": 4,
        "desired_capacity": .integer(Int64(1 + small % 3)), "resource": resource,
      ]
    }
  }
}
