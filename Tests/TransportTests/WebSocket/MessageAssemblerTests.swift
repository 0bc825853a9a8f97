import NIOCore
import Testing
import Wording

@testable import Transport

@Suite("Putting WebSocket frames together")
struct MessageAssemblerTests {
    private typealias Frame = MessageAssembler.Frame

    private static func frame(
        _ opcode: UInt8, _ text: String = "", isFinal: Bool = true, reserved: UInt8 = 0, isMasked: Bool = false
    ) -> Frame {
        Frame(
            opcode: opcode, isFinal: isFinal, reservedBits: reserved, isMasked: isMasked,
            payload: ByteBuffer(string: text))
    }

    private static func frame(_ opcode: UInt8, bytes: [UInt8], isFinal: Bool = true) -> Frame {
        Frame(opcode: opcode, isFinal: isFinal, payload: ByteBuffer(bytes: bytes))
    }

    private func actions(_ frames: Frame..., maximumBytes: Int = 100) -> [MessageAssembler.Action?] {
        var assembler = MessageAssembler(maximumBytes: maximumBytes)
        return frames.map { assembler.take($0) }
    }

    @Test func `a message comes whole or in fragments, with pings in between`() {
        #expect(actions(Self.frame(1, "whole")) == [.deliver("whole")])
        #expect(
            actions(
                Self.frame(1, "a", isFinal: false), Self.frame(9, "p"), Self.frame(0, "b", isFinal: false),
                Self.frame(10, "q"), Self.frame(0, "c"), Self.frame(1, ""))
                == [nil, .pong(ByteBuffer(string: "p")), nil, nil, .deliver("abc"), .deliver("")])
    }

    @Test func `a letter may be cut between fragments, but must be whole in the end`() {
        #expect(
            actions(Self.frame(1, bytes: [0xC3], isFinal: false), Self.frame(0, bytes: [0xA9])) == [nil, .deliver("é")])
        #expect(closeCode(actions(Self.frame(1, bytes: [0xC3]))) == 1007)
        #expect(closeCode(actions(Self.frame(1, bytes: [0xED, 0xA0, 0x80]))) == 1007)
    }

    @Test func `what the protocol forbids is refused`() {
        #expect(closeCode(actions(Self.frame(1, "a", isMasked: true))) == 1002)
        #expect(closeCode(actions(Self.frame(1, "a", reserved: 0x40))) == 1002)
        #expect(closeCode(actions(Self.frame(3, "a"))) == 1002)
        #expect(closeCode(actions(Self.frame(11, "a"))) == 1002)
        #expect(closeCode(actions(Self.frame(0, "a"))) == 1002)
        #expect(closeCode(actions(Self.frame(1, "a", isFinal: false), Self.frame(1, "b"))) == 1002)
        #expect(closeCode(actions(Self.frame(2, "a"))) == 1003)
    }

    @Test func `a message over the bound is refused, in one piece or in many`() {
        #expect(actions(Self.frame(1, "12345"), maximumBytes: 5) == [.deliver("12345")])
        #expect(actions(Self.frame(1, "123456"), maximumBytes: 5) == [.fail(closeCode: 1009, .tooLarge)])
        #expect(
            actions(Self.frame(1, "123", isFinal: false), Self.frame(0, "456"), maximumBytes: 5)
                == [nil, .fail(closeCode: 1009, .tooLarge)])
    }

    @Test func `a close frame has a code, or nothing`() {
        #expect(actions(Self.frame(8, bytes: [])) == [.peerCloses(code: nil, reason: "")])
        #expect(
            actions(Self.frame(8, bytes: [0x03, 0xE8] + Array("bye".utf8))) == [.peerCloses(code: 1000, reason: "bye")])
        for code in [[3], [0x03, 0xED], [0x03, 0xEE], [0, 0], [0x03, 0xE7], [0xFF, 0xFF]] as [[UInt8]] {
            #expect(closeCode(actions(Self.frame(8, bytes: code))) == 1002)
        }
        #expect(closeCode(actions(Self.frame(8, bytes: [0x03, 0xE8, 0xFF]))) == 1002)
    }

    private func closeCode(_ actions: [MessageAssembler.Action?]) -> Int? {
        guard case .fail(let code, _)? = actions.last.flatMap({ $0 }) else { return nil }
        return code
    }
}
