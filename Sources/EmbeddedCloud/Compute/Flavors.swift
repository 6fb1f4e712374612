import Document
import OrderedCollections

extension EmbeddedCloud {
  func listFlavors(_ call: Call, isDetailed: Bool) throws(Refusal) -> Answer {
    let memory = call.asked.value("minRam").flatMap { Int($0) } ?? 0
    let disk = call.asked.value("minDisk").flatMap { Int($0) } ?? 0
    let found = all(.flavors).filter { $0.integer("ram") >= memory && $0.integer("disk") >= disk }
    return try call.list("flavors", found) { flavor in
      isDetailed ? show(flavor: flavor, call) : link(to: flavor, call)
    }
  }

  private func link(to flavor: Fields, _ call: Call) -> Fields {
    var link = flavor.only(["id", "name"])
    link["links"] = call.links("/flavors/" + flavor.text("id"))
    if call.has(55) { link["description"] = nil as Value }
    return link
  }

  private func show(flavor: Fields, _ call: Call) -> Fields {
    var shown = flavor.shown
    shown["links"] = call.links("/flavors/" + flavor.text("id"))
    if call.has(55) { shown["description"] = nil as Value }
    if call.has(61) { shown["extra_specs"] = [:] }
    if call.has(75) { shown["swap"] = 0 }
    return shown
  }

  func showFlavor(_ call: Call) throws(Refusal) -> Answer {
    Answer(200, ["flavor": .map(show(flavor: try find(.flavors, call["id"], call), call))])
  }

  func showExtraSpecs(_ call: Call) throws(Refusal) -> Answer {
    _ = try find(.flavors, call["id"], call)
    return Answer(200, ["extra_specs": [:]])
  }
}
