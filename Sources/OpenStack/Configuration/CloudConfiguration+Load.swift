package import Document

extension CloudConfiguration {
  /// Finds a cloud as openstacksdk does: in `clouds.yaml` and its companions, or in the `OS_*` variables.
  ///
  /// - Parameters:
  ///   - cloud: The cloud's name; without it, `OS_CLOUD`, then the `OS_*` variables, then the only cloud there is.
  ///   - region: The region; without it, `OS_REGION_NAME`, then the first that the cloud names.
  ///   - environment: The variables; `HOME` and `XDG_CONFIG_HOME` say where the user's files are.
  ///   - read: Gives the text of a file, or nil when there is none that can be read.
  /// - Returns: The cloud's configuration, complete enough to log in.
  /// - Throws: Diagnostics with their place in the file.
  package static func load(
    cloud: String? = nil, region: String? = nil, environment: [String: String],
    read: ((String) -> String?)? = nil
  ) throws(Diagnostics) -> CloudConfiguration {
    let files = CloudFiles(environment: environment, read: read ?? textOfFile)
    let choice = try choose(cloud, files, environment)
    var settings = CloudSettings()
    if let profile = choice.settings.text("profile", "cloud"), profile != choice.name {
      if let known = try files.profile(profile) { settings = known }
    }
    settings.merge(choice.settings)
    let isNamed = choice.name != environment["OS_CLOUD_NAME", default: "envvars"]
    let wanted = region ?? (isNamed ? environment["OS_REGION_NAME"] : nil)
    try settings.choose(region: wanted.flatMap { $0.isEmpty ? nil : $0 }, of: choice.name)
    return try CloudConfiguration(settings, named: choice.name)
  }

  /// The names of all clouds that are described, in order.
  package static func names(
    environment: [String: String], read: ((String) -> String?)? = nil
  ) throws(Diagnostics) -> [String] {
    let files = CloudFiles(environment: environment, read: read ?? textOfFile)
    let own = CloudSettings(environment: environment).map { _ in
      [environment["OS_CLOUD_NAME"] ?? "envvars"]
    }
    return try files.clouds().map(\.name) + (own ?? [])
  }

  private static func choose(
    _ cloud: String?, _ files: CloudFiles, _ environment: [String: String]
  ) throws(Diagnostics) -> (name: String, settings: CloudSettings) {
    var clouds = try files.clouds()
    let own = environment["OS_CLOUD_NAME"] ?? "envvars"
    if let same = clouds.first(where: { $0.name == own }) {
      throw Diagnostics(
        Diagnostic(
          .error, "ambiguous_cloud", "\(own) is the name of the cloud that the OS_* variables describe",
          at: same.settings.place, hint: "rename the entry, or set OS_CLOUD_NAME to something else"))
    }
    let variables = CloudSettings(environment: environment)
    if let variables { clouds.append((own, variables)) }
    let named = cloud ?? environment["OS_CLOUD"].flatMap { $0.isEmpty ? nil : $0 }
    guard let name = named ?? (variables == nil ? nil : own) ?? (clouds.count == 1 ? clouds[0].name : nil)
    else { throw notChosen(clouds.map(\.name)) }
    guard let found = clouds.first(where: { $0.name == name }) else {
      throw notFound(name, clouds.map(\.name))
    }
    return found
  }

  private static func notChosen(_ names: [String]) -> Diagnostics {
    if names.isEmpty {
      return Diagnostics(
        Diagnostic(
          .error, "no_cloud", "no cloud is described",
          hint:
            "write a clouds.yaml (here, in ~/.config/openstack or in /etc/openstack), or set the OS_* variables"
        ))
    }
    return Diagnostics(
      Diagnostic(
        .error, "no_cloud", "there are \(names.count) clouds and none is chosen",
        hint: "set OS_CLOUD to one of \(names.joined(separator: ", "))"))
  }

  private static func notFound(_ name: String, _ names: [String]) -> Diagnostics {
    let hint =
      nearest(to: name, among: names).map { "did you mean \($0)?" }
      ?? (names.isEmpty
        ? "no clouds.yaml was found here, in ~/.config/openstack or in /etc/openstack"
        : "the clouds are \(names.joined(separator: ", "))")
    return Diagnostics(Diagnostic(.error, "cloud_not_found", "there is no cloud \(name)", hint: hint))
  }
}

extension CloudSettings {
  /// Takes the settings of a region: the wanted one, or the first that the cloud names.
  fileprivate mutating func choose(region wanted: String?, of cloud: String) throws(Diagnostics) {
    var known = regions
    if known.isEmpty, let list = top["region_name"]?.text, !list.isEmpty {
      known = list.split(separator: ",").map { Region(name: String($0)) }
    }
    guard let region = wanted.map({ name in known.first { $0.name == name } }) ?? known.first else {
      if let wanted, !known.isEmpty { throw unknown(wanted, known.map(\.name), cloud) }
      if let wanted { top["region_name"] = Setting(text: wanted, place: nil) }
      return
    }
    merge(region.settings)
    top["region_name"] = Setting(text: region.name, place: nil)
  }

  private func unknown(_ region: String, _ known: [String], _ cloud: String) -> Diagnostics {
    let guess = nearest(to: region, among: known).map { "did you mean \($0)?" }
    return Diagnostics(
      Diagnostic(
        .error, "unknown_region", "cloud \(cloud) has no region \(region)", at: place,
        hint: guess ?? "its regions are \(known.joined(separator: ", "))"))
  }
}
