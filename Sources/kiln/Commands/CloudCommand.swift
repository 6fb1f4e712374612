import Ambience
import ArgumentParser
import EmbeddedCloud
import Shell

/// `kiln cloud`: the embedded cloud as a server for other clients.
struct CloudCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cloud", abstract: "Serves the embedded cloud to other clients, until interrupted.")

  @Option(help: ArgumentHelp("Where to listen.", valueName: "address:port"))
  var listen = ListenAddress("127.0.0.1", 5000)

  func run() async throws {
    let cloud = EmbeddedCloud(ambient: Ambient.system())
    let server = try EmbeddedCloudServer(cloud, host: listen.host, port: listen.port)
    Output.errors.write(
      """
      an OpenStack in memory on \(listen); use it with
        export OS_AUTH_URL=http://\(listen)/identity/v3 OS_USERNAME=demo OS_PASSWORD=demo OS_PROJECT_NAME=demo
        export OS_USER_DOMAIN_ID=default OS_PROJECT_DOMAIN_ID=default OS_IDENTITY_API_VERSION=3

      """)
    let serving = Task { try await server.run() }
    Interruption.listen { _ in serving.cancel() }
    do { try await serving.value } catch is CancellationError { throw ExitCode(130) }
  }
}
