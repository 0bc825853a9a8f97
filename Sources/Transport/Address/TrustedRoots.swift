import NIOCore
import NIOSSL

/// What a WebSocket's server must be vouched for by: the system's authorities, and those of an extra file.
enum TrustedRoots {
    /// Made once: reading the system's authorities takes milliseconds.
    private static let system = Result { try NIOSSLContext(configuration: configuration(extraAuthorities: nil)) }

    static func context(extraAuthorities path: String?) throws(WebSocketFailure) -> NIOSSLContext {
        do {
            guard let path else { return try system.get() }
            return try NIOSSLContext(configuration: configuration(extraAuthorities: path))
        } catch {
            throw .badAuthorities(path: path ?? "/etc/ssl/certs")
        }
    }

    private static func configuration(extraAuthorities path: String?) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .fullVerification
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        configuration.shutdownTimeout = .seconds(1)
        if let path { configuration.additionalTrustRoots = [.file(path)] }
        return configuration
    }
}
