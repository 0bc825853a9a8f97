import Foundation
import Testing
import Wording

@testable import Backtest

@Suite("The forms that reports are written in")
struct TextFormTests {
    @Test("JSON keeps the order of the calls, escapes and has no number that JSON lacks")
    func json() throws {
        var json = JSONText()
        json.object { json in
            json.string("b", "a\"b\\c\nd\u{1}</script>")
            json.number("a", 0.1)
            json.number("whole", 12)
            json.number("nan", .nan)
            json.number("infinite", -.infinity)
            json.number("none", nil)
            json.array("list") { json in
                json.integer(1)
                json.bool(true)
                json.object { _ in }
                json.array { _ in }
            }
            json.integer("big", UInt64.max)
        }
        #expect(
            json.text
                == #"{"b":"a\"b\\c\nd\u0001\u003c/script\u003e","a":0.1,"whole":12,"nan":null,"infinite":null,"#
                + #""none":null,"list":[1,true,{},[]],"big":18446744073709551615}"#)
        let read = try JSONSerialization.jsonObject(with: Data(json.text.utf8)) as? [String: Any]
        #expect(read?["b"] as? String == "a\"b\\c\nd\u{1}</script>")
    }

    @Test(
        "every number of JSON reads back as itself",
        arguments: [0.1, 1e-300, 123456789.123, -2.5e20, 1e15, .leastNonzeroMagnitude])
    func jsonNumbers(value: Double) {
        var json = JSONText()
        json.number(value)
        #expect(Double(json.text) == value)
    }

    @Test("numbers are written as the language does")
    func numbers() {
        let english = NumberText(.english)
        let french = NumberText(.french)
        #expect(english.fixed(1_234_567.891, 2) == "1,234,567.89")
        #expect(french.fixed(1_234_567.891, 2) == "1\u{202f}234\u{202f}567,89")
        #expect(english.fixed(-0.004, 2) == "0.00")
        #expect(english.fixed(-12, 0) == "\u{2212}12")
        #expect(english.fixed(5, 1, signed: true) == "+5.0")
        #expect(english.percent(3.5, signed: true) == "+3.50%")
        #expect(french.percent(3.5) == "3,50\u{202f}%")
        #expect(english.fixed(.nan, 2) == "–")
        #expect(english.percent(.infinity) == "–")
        #expect(english.fixed(1e300, 2).count > 300)
        #expect(french.plain(0.1) == "0,1")
    }

    @Test("durations read like a person says them")
    func durations() {
        #expect(ReportFigure.duration(45 * 60_000, .english) == "45 min")
        #expect(ReportFigure.duration(3 * 3_600_000 + 60_000, .english) == "3 h 1 min")
        #expect(ReportFigure.duration(33 * 86_400_000 + 5 * 3_600_000, .french) == "33 j 5 h")
        #expect(ReportFigure.duration(.infinity, .english) == "–")
    }

    @Test("base64 has the test vectors of RFC 4648")
    func base64() {
        let vectors = ["": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foobar": "Zm9vYmFy"]
        for (plain, coded) in vectors { #expect(Base64Text.encode(Array(plain.utf8)) == coded) }
    }

    @Test("SHA-256 has the test vectors of FIPS 180-4, also over more than one block")
    func sha() {
        func hex(_ text: String) -> String {
            SHA256.digest(Array(text.utf8)).map { String($0 / 16, radix: 16) + String($0 % 16, radix: 16) }.joined()
        }
        #expect(hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        let long = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
        #expect(hex(long) == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    }

    @Test("a column of integers takes a byte for small ones and keeps the largest")
    func integerColumn() {
        var column = IntegerColumn(capacity: 4)
        // Zigzag: 0 -> 0, -1 -> 1, 63 -> 126, 64 -> 128 = 0x80 0x01.
        for value: Int64 in [0, -1, 63, 64] { column.append(value) }
        #expect(column.bytes == [0, 1, 126, 0x80, 1])
        column.append(.min)
        #expect(column.bytes.count == 15)
    }

    @Test("text of a page is escaped, control characters are shown")
    func html() {
        var html = HTMLText()
        html.element("p", class: "a", "<b> & \"c\" 'd' \u{0}é")
        html.raw("<i")
        html.attribute("title", "\"><script>")
        html.raw(">")
        #expect(
            html.html == "<p class=\"a\">&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39; \u{fffd}é</p>"
                + "<i title=\"&quot;&gt;&lt;script&gt;\">")
    }

    @Test("CSV fields are quoted where they must be and never run as a formula")
    func csvFields() {
        #expect(CSVReport.field("stop") == "stop")
        #expect(CSVReport.field("a,b") == "\"a,b\"")
        #expect(CSVReport.field("say \"no\"\n") == "\"say \"\"no\"\"\n\"")
        #expect(CSVReport.field("=SUM(A1)") == "'=SUM(A1)")
    }

    @Test("CSV numbers have no exponent where the number allows it")
    func csvNumbers() {
        #expect(CSVReport.plain(0.1) == "0.1")
        #expect(CSVReport.plain(10_000) == "10000")
        #expect(CSVReport.plain(2.9e-7) == "0.00000029")
        #expect(CSVReport.plain(.nan) == "")
    }

    @Test("what a strategy writes cannot steer the terminal")
    func terminal() {
        #expect(TerminalReport.printable("a\u{1b}[31mb\u{9b}c\nd") == "a?[31mb?c?d")
    }
}
