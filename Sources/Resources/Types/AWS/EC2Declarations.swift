import Document
import OpenStack
import OrderedCollections

extension Declaration {
  /// Amazon's words for what is one thing of Neutron's.
  static let ec2: [Declaration] = [
    Declaration("AWS::EC2::RouteTable", Router.kind).with {
      $0.mark = .description
      $0.fields = ["VpcId": .silent, "Tags": .silent]
      $0.givesName = true
    },
    Declaration("AWS::EC2::NetworkInterface", Port.kind).with {
      $0.mark = .description
      $0.givesName = true
      $0.fields = [
        "Description": .silent, "SourceDestCheck": .silent, "Tags": .silent,
        "GroupSet": .ids("security_groups") { SecurityGroup.kind },
        "PrivateIpAddress": .silent,
        "SubnetId": .made { value, making in
          let subnet = try await making.context.cloud.network.subnets.find(value.scalarText ?? "")
          var address: OrderedDictionary<String, Value> = ["subnet_id": .string(subnet.id)]
          if let own = making.call.text("PrivateIpAddress") { address["ip_address"] = .string(own) }
          let others = making.call.text("SecondaryPrivateIpAddressCount").flatMap { Int($0) } ?? 0
          let more = Array(repeating: Value.map(["subnet_id": .string(subnet.id)]), count: max(0, others))
          return ["network_id": .string(subnet.networkID), "fixed_ips": .list([.map(address)] + more)]
        },
        "SecondaryPrivateIpAddressCount": .silent,
      ]
      $0.attributes = [
        "PrivateIpAddress": { $0["fixed_ips"]?[0]?["ip_address"] },
        "PrimaryPrivateIpAddress": { $0["fixed_ips"]?[0]?["ip_address"] },
        "SecondaryPrivateIpAddresses": {
          .list(($0["fixed_ips"]?.list ?? []).dropFirst().compactMap { $0["ip_address"] })
        },
      ]
    },
  ]
}
