import Document
import OpenStack
import OrderedCollections
import StackEngine

extension Declaration {
  /// Amazon's DNS, as Designate's.
  static let route53: [Declaration] = [
    Declaration("AWS::Route53::HostedZone", .zone).with {
      $0.mark = .description
      $0.isSelective = true
      $0.goesSlowly = true
      $0.fields = [
        "Name": .made { value, _ in
          let name = domain(value.scalarText ?? "")
          return ["name": .string(name), "email": .string("hostmaster@" + name.dropLast())]
        }
      ]
      $0.attributes = ["Id": { $0["id"] }, "NameServers": { $0["masters"] ?? [] }]
    },
    Declaration("AWS::Route53::RecordSet", .recordSet).with {
      $0.parent = ("HostedZoneId", "/zones/{}")
      $0.owner = { call, context in try await zone(of: call, context) }
      $0.mark = .description
      $0.isSelective = true
      $0.goesSlowly = true
      $0.fields = [
        "Name": .made { value, _ in ["name": .string(domain(value.scalarText ?? ""))] },
        "Type": .named("type"),
        "TTL": .made { value, _ in
          ["ttl": value.scalarText.flatMap { Int64($0) }.map { .integer($0) } ?? .null]
        },
        "ResourceRecords": .named("records"),
        // A load balancer's DNSName is its address here.
        "AliasTarget": .made { value, _ in ["records": [value["DNSName"] ?? .null]] },
      ]
      $0.reference = { $0["name"] }
      $0.replacesAfterDelete = true
    },
  ]

  /// A domain with the point at its end that Designate wants.
  private static func domain(_ name: String) -> String { name.hasSuffix(".") ? name : name + "." }

  /// The zone that a record set is in, by its id or its name.
  private static func zone(of call: ResourceCall, _ context: OpenStackContext) async throws -> String {
    if let id = call.text("HostedZoneId") { return id }
    return try await context.names.id(of: .zone, named: domain(call.required("HostedZoneName")))
  }
}
