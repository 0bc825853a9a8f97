import NIOCore
import Wording

/// Frames of a server in, messages and answers out (RFC 6455, sections 5 to 7); pure.
struct MessageAssembler {
    struct Frame {
        var opcode: UInt8
        var isFinal = true
        var reservedBits: UInt8 = 0
        var isMasked = false
        var payload: ByteBuffer
    }

    enum Action: Hashable {
        case deliver(String)
        case pong(ByteBuffer)
        /// The server closes; `code` is nil where it gave none.
        case peerCloses(code: Int?, reason: String)
        /// The server broke the protocol: close with this code.
        case fail(closeCode: Int, Defect)
    }

    enum Defect: Hashable {
        case violation(Message)
        case tooLarge
    }

    private static let continuation: UInt8 = 0
    private static let text: UInt8 = 1
    private static let binary: UInt8 = 2
    private static let close: UInt8 = 8
    private static let ping: UInt8 = 9
    private static let pong: UInt8 = 10

    private let maximumBytes: Int
    /// The fragments so far, of a message whose last frame is still to come.
    private var fragments: ByteBuffer?

    init(maximumBytes: Int) {
        self.maximumBytes = maximumBytes
    }

    /// Nil for a frame that asks for nothing: a pong, a fragment.
    mutating func take(_ frame: Frame) -> Action? {
        if frame.isMasked {
            return Self.violation("a masked frame from a server", "une trame masquée venant d'un serveur")
        }
        if frame.reservedBits != 0 {
            return Self.violation(
                "reserved bits are set, though no extension was agreed on",
                "des bits réservés sont mis sans qu'une extension ait été convenue")
        }
        switch frame.opcode {
        case Self.text, Self.binary, Self.continuation: return data(frame)
        case Self.ping: return .pong(frame.payload)
        case Self.pong: return nil
        case Self.close: return closing(frame.payload)
        default:
            return Self.violation("unknown opcode \(frame.opcode)", "code d'opération inconnu \(frame.opcode)")
        }
    }

    private mutating func data(_ frame: Frame) -> Action? {
        var message = frame.payload
        switch (frame.opcode, fragments) {
        case (Self.binary, _):
            return .fail(
                closeCode: 1003,
                .violation(Message("a binary message, expected text", fr: "un message binaire, attendu du texte")))
        case (Self.continuation, nil):
            return Self.violation("a continuation of no message", "la suite d'aucun message")
        case (Self.continuation, var earlier?):
            guard earlier.readableBytes + message.readableBytes <= maximumBytes else {
                return .fail(closeCode: 1009, .tooLarge)
            }
            // Given up before it is written to, so that the bytes are not copied for each fragment.
            fragments = nil
            earlier.writeBuffer(&message)
            message = earlier
        case (_, .some):
            return Self.violation(
                "a new message before the last one was finished", "un nouveau message avant la fin du précédent")
        case (_, nil):
            guard message.readableBytes <= maximumBytes else { return .fail(closeCode: 1009, .tooLarge) }
        }
        guard frame.isFinal else {
            fragments = message
            return nil
        }
        fragments = nil
        guard let text = String(validating: message.readableBytesView, as: UTF8.self) else {
            return .fail(
                closeCode: 1007,
                .violation(Message("a text message that is not UTF-8", fr: "un message texte qui n'est pas de l'UTF-8"))
            )
        }
        return .deliver(text)
    }

    private func closing(_ payload: ByteBuffer) -> Action {
        var payload = payload
        if payload.readableBytes == 0 { return .peerCloses(code: nil, reason: "") }
        guard let code = payload.readInteger(as: UInt16.self), Self.mayBeSent(code) else {
            return Self.violation("a close frame without a valid code", "une trame de fermeture sans code valable")
        }
        guard let reason = String(validating: payload.readableBytesView, as: UTF8.self) else {
            return Self.violation("a close reason that is not UTF-8", "un motif de fermeture qui n'est pas de l'UTF-8")
        }
        return .peerCloses(code: Int(code), reason: reason)
    }

    /// Section 7.4: codes that may stand in a frame.
    private static func mayBeSent(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }

    private static func violation(_ english: String, _ french: String) -> Action {
        .fail(closeCode: 1002, .violation(Message(english, fr: french)))
    }
}
