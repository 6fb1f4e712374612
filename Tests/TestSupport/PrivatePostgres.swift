import Foundation
import Synchronization

/// A PostgreSQL server for one test process: in a temporary folder, on a Unix socket, gone when the process is.
package final class PrivatePostgres: Sendable {
  /// Why there is none.
  package struct Absence: Error, CustomStringConvertible {
    package let description: String
  }

  private let folder: String
  private let programs: String
  /// What ends when this process does, and then ends the server.
  private let leash: Pipe
  private let count = Mutex(0)

  /// The folder of the newest server that Debian has installed; nil when there is none.
  private static let programs: String? = {
    let base = "/usr/lib/postgresql"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? []
    return versions.sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }.map { "\(base)/\($0)/bin" }
      .first { FileManager.default.isExecutableFile(atPath: $0 + "/initdb") }
  }()

  /// Whether tests can have one.
  package static var isInstalled: Bool { programs != nil }

  private static let only = Result { try PrivatePostgres() }

  /// The address of a new, empty database.
  package static func database() throws -> String { try only.get().database() }

  private init() throws {
    guard let programs = Self.programs else { throw Absence(description: "PostgreSQL isn't installed") }
    self.programs = programs
    folder = "/tmp/kiln-postgres-\(UUID().uuidString.prefix(8))"
    leash = Pipe()
    let script = """
      set -e
      user=
      # The server doesn't run as root.
      if [ "$(id -u)" = 0 ]; then user='setpriv --reuid postgres --regid postgres --clear-groups --'; fi
      $user mkdir -m 700 "$1"
      cd "$1"
      trap '' HUP INT QUIT TERM
      $user "$2/initdb" -U kiln -A trust -E UTF8 --no-locale --no-sync -D "$1/data" >"$1.log" 2>&1
      $user "$2/postgres" -D "$1/data" -k "$1" -c listen_addresses= -c max_connections=200 >>"$1.log" 2>&1 &
      server=$!
      cat >/dev/null
      kill -QUIT $server
      wait $server || true
      rm -rf "$1" "$1.log"
      """
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", script, "sh", folder, programs]
    process.standardInput = leash
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    for _ in 0..<300 {
      if run("SELECT 1") { return }
      guard process.isRunning else { break }
      Thread.sleep(forTimeInterval: 0.1)
    }
    let log = (try? String(contentsOfFile: folder + ".log", encoding: .utf8)) ?? ""
    throw Absence(description: "PostgreSQL didn't start: \(log.suffix(1000))")
  }

  private func database() throws -> String {
    let number = count.withLock { count in
      count += 1
      return count
    }
    guard run("CREATE DATABASE test\(number)") else { throw Absence(description: "no database can be made") }
    return "postgres://kiln@/test\(number)?host=\(folder)"
  }

  private func run(_ statement: String) -> Bool {
    let process = Process()
    process.executableURL = URL(filePath: programs + "/psql")
    process.arguments = ["-h", folder, "-U", "kiln", "-d", "postgres", "-qc", statement]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
