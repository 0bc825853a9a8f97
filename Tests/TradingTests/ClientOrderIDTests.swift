import Testing
import Trading

@Suite("A client order id")
struct ClientOrderIDTests {
    @Test("reads back what it prints", arguments: [("s12", 1, 0), ("a-b", 17, 2), ("m_9-", 0, 0), ("a-1", 2, 0)])
    func roundTrip(prefix: String, number: Int, revision: Int) throws {
        let id = ClientOrderID(prefix: prefix, number: number, revision: revision)
        #expect(try #require(ClientOrderID(id.text)) == id)
    }

    @Test("is not read from a text that it never prints", arguments: ["", "abc", "a-", "a-01", "a-+1", "a--b", "17x"])
    func foreign(text: String) {
        #expect(ClientOrderID(text) == nil)
    }
}
