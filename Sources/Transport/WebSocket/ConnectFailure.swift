import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Wording

/// The errors NIO meets on the way to a WebSocket, as `WebSocketFailure`.
enum ConnectFailure {
    /// BoringSSL says only that a certificate failed; nil stands for that, and `CertificateDiagnosis` finds out why.
    static func failure(_ error: any Error, peer: String, host: String) -> WebSocketFailure? {
        switch error {
        case let failure as WebSocketFailure:
            return failure
        case let error as NIOConnectionError:
            guard let attempt = error.connectionErrors.first else { return .unresolved(host: host) }
            return .unreachable(peer: peer, words(attempt.error))
        case NIOSSLError.handshakeFailed(let reason):
            let text = String(describing: reason)
            return text.contains("CERTIFICATE_VERIFY_FAILED")
                ? nil : .secureConnectionFailed(peer: peer, detail: String(text.prefix(200)))
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            return .untrusted(peer: peer, .wrongHost)
        case NIOSSLError.unableToValidateCertificate, NIOSSLError.noCertificateToValidate:
            return nil
        case HTTPParserError.invalidEOFState, HTTPParserError.closedConnection:
            return .connectionLost(peer: peer, closedWithoutReply)
        case is HTTPParserError, is NIOHTTPClientUpgradeError:
            return .notWebSocket(peer: peer)
        case ChannelError.inputClosed, ChannelError.inappropriateOperationForState, ChannelError.eof,
            ChannelError.alreadyClosed, ChannelError.ioOnClosedChannel:
            return .connectionLost(peer: peer, closedWithoutReply)
        case let error as IOError:
            return .connectionLost(peer: peer, SystemReason.message(error.errnoCode))
        case is CancellationError:
            return .cancelled
        default:
            return .connectionLost(peer: peer, words(error))
        }
    }

    private static let closedWithoutReply = Message(
        "the server closed it before it answered", fr: "le serveur l'a fermée avant de répondre")

    static func words(_ error: any Error) -> Message {
        if let error = error as? IOError { return SystemReason.message(error.errnoCode) }
        if case ChannelError.connectTimeout = error { return SystemReason.message(ETIMEDOUT) }
        if case NIOSSLError.uncleanShutdown = error {
            return Message("it ended in the middle", fr: "elle s'est terminée au milieu")
        }
        let text = String(String(describing: error).prefix(200))
        return Message(text, fr: text)
    }
}
