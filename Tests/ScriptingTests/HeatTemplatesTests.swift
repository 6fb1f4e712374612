import Document
import Foundation
import Testing

/// The public templates of Heat's first year, beside the checkout.
private let folder = URL(filePath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  .appending(path: "../shared/templates/cfn/heat-2012").standardizedFileURL.path

private let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
  .filter { $0.hasSuffix(".template") }.sorted()

/// What is cut off in its own repository.
private let broken: Set<String> = ["WordPress_Single_Instance_puppet.template"]

/// What has templates inside that are on the web.
private let elsewhere: Set<String> = ["WordPress_With_LB.template", "WordPress_Composed_Instances.template"]

/// What knows only the regions of AWS, or allows no default of its own.
private let foreign: Set<String> = [
  "OpenShift.template", "Rails_Single_Instance.template", "WordPress_Single_Instance_deb.template",
]

@Suite("the templates of 2012", .enabled(if: !files.isEmpty, "there is no ../shared/templates"))
struct HeatTemplatesTests {
  @Test("each that is whole launches on the embedded cloud, and is deleted", arguments: files)
  func launches(_ file: String) async throws {
    guard !broken.union(foreign).union(elsewhere).contains(file) else { return }
    let found = try await values(
      """
      local t = kiln.template.load "\(folder)/\(file)"
      local given = { KeyName = "kiln", InstanceType = "m1.small", LinuxDistribution = "F17" }
      local parameters = {}
      for _, parameter in ipairs(t.parameters) do
        if parameter.default == nil and not parameter.no_echo or parameter.name:find "^DB" then
          parameters[parameter.name] = given[parameter.name] or "admin"
        end
      end
      local s = kiln.stacks.create("test", t, parameters):wait()
      local status, outputs = s.status, s.outputs
      s:delete():wait()
      return status, outputs, #kiln.cloud.compute:servers(), #kiln.cloud.volume:volumes(),
        #kiln.cloud.network:floating_ips(), #kiln.cloud.network:security_groups()
      """)
    #expect(found.first == "CREATE_COMPLETE")
    #expect(found.dropFirst(2).map(\.integer) == [0, 0, 0, 1], "something is left behind")
  }

  @Test("each that can't be launched says why, at its place", arguments: broken.union(foreign).sorted())
  func explains(_ file: String) async throws {
    let found = try await complaint(
      "kiln.stacks.create('test', kiln.template.load '\(folder)/\(file)', { KeyName = 'kiln' })")
    let diagnostic = try #require(found)
    #expect(diagnostic.place?.source.name.hasSuffix(file) ?? false, "\(diagnostic)")
  }
}
