import Market
import TestSupport
import Testing

@testable import BinanceBroker

@Suite("JSON") struct JSONTests {
    @Test func `numbers stay exact, whatever they are written as`() throws {
        let text = #"{"a":"0.00000001","b":9223372036854775807,"c":123456789.123456789012,"d":"4723846.89208129"}"#
        let root = try JSONDocument(text).root
        #expect(root["a"]?.decimal == FixedDecimal("0.00000001"))
        #expect(root["b"]?.int64 == .max)
        #expect(root["c"]?.decimal == FixedDecimal("123456789.123456789012"))
        #expect(root["d"]?.double == 4_723_846.89208129)
        #expect(root["e"] == nil)
        #expect(root["a"]?.int64 == nil)
    }

    @Test func `a decimal with more digits than are kept is no decimal`() throws {
        #expect(try JSONDocument(#"["0.0000000000001"]"#).root.elements.map(\.decimal) == [nil])
    }

    @Test func `doubles are the nearest ones, by the short way and the long`() throws {
        let texts = ["0.1", "42283.58000000", "1271.68108000", "123456789012345.6", "1e-7", "-3.5", "9007199254740993"]
        let root = try JSONDocument("[" + texts.map { "\"\($0)\"" }.joined(separator: ",") + "]").root
        #expect(root.elements.map(\.double) == texts.map { Double($0) })
    }

    @Test func `texts are unescaped, surrogate pairs too`() throws {
        let root = try JSONDocument(#"{"k":"a\"\\\/\n\u00e9\ud83d\ude00é\t"}"#).root
        #expect(root["k"]?.text == "a\"\\/\n\u{E9}\u{1F600}\u{E9}\t")
    }

    @Test func `members are found behind nested values and by their whole name`() throws {
        let root = try JSONDocument(#" { "ab" : [ { "a" : 1 } , [ ] , { } ] , "a" : [1,2] , "e" : null } "#).root
        #expect(root["a"]?.elements.map(\.int64) == [1, 2])
        #expect(root["ab"]?.elements.map(\.isObject) == [true, false, true])
        #expect(root["e"]?.isNull == true)
    }

    @Test(arguments: [
        "", " ", "{", "[1,", "{\"a\"", "{\"a\":", "\"abc", "\"a\\", "\"\\u00", "tru", "-", "1.", "1e", "[\"a\",\"b",
    ])
    func `half a text is said to end early`(text: String) {
        #expect(throws: JSONFault.endsEarly) { try JSONDocument(text) }
    }

    @Test(arguments: [
        "<html>", "{a:1}", "[1 2]", "01", "1 1", "[1,]", "{\"a\":1,}", "nul!", "\"\\x\"", "\"a\u{1}\"", "+1", ".5",
        "{\"a\" 1}", "\u{FEFF}{}",
    ])
    func `what is not JSON is refused where it goes wrong`(text: String) {
        do {
            _ = try JSONDocument(text)
            Issue.record("taken: \(text)")
        } catch {
            guard case .unexpectedByte(let at) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(at <= text.utf8.count)
        }
    }

    @Test func `nesting is bounded`() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: JSONFault.tooDeep) { try JSONDocument(deep) }
    }

    @Test func `every beginning of a real reply is an error, never a crash`() throws {
        let whole = try Payload.bytes("order_full")
        for length in 0..<whole.count - 1 {
            #expect(throws: JSONFault.self) { try JSONDocument(Array(whole[..<length])) }
        }
    }

    @Test func `a reply with random bytes in it is read or refused, never a crash`() throws {
        let whole = try Payload.bytes("executionReport_trade")
        let book = try Payload.book()
        var random = SeededNumbers(seed: 20_241_121)
        for _ in 0..<2000 {
            var bytes = whole
            for _ in 0..<3 { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
            // Either answer is right; it must come back.
            guard let document = try? JSONDocument(bytes), let event = document.root["event"] else { continue }
            _ = try? UserDataEvent(event, book: book)
        }
    }
}
