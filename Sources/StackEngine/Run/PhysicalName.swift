/// The names that resources get in the cloud.
enum PhysicalName {
  /// A name such as `web-Server-k2v9q0x1`, the same for the same arguments and of no other resource.
  ///
  /// The seed tells this resource from all others of the stack, such as operation and attempt.
  static func make(_ stack: StackIdentity, _ logicalID: String, seed: String) -> String {
    // FNV-1a: short, and the same on every machine and in every process, unlike Hasher.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in "\(stack.id)/\(logicalID)/\(seed)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let tail = String(hash, radix: 36).suffix(10)
    return "\(stack.name)-\(logicalID)-\(tail)"
  }
}
