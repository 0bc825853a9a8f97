import Foundation
import Market
import TestSupport
import Testing
import Wording

@Suite("Files that appear whole or not at all")
struct AtomicFileTests {
    let scratch: ScratchDirectory

    init() throws {
        scratch = try ScratchDirectory()
    }

    @Test("nothing is there before the commit, everything after it")
    func commit() throws {
        let path = scratch.file("report.html")
        let file = try AtomicFile(path)
        try file.write(String(repeating: "0123456789", count: 20_000))
        #expect(!FileManager.default.fileExists(atPath: path))
        try file.commit()
        #expect(try ByteFile.read(path).count == 200_000)
        #expect(try scratch.names == ["report.html"])
    }

    @Test("a file that is given up leaves the old one untouched")
    func abandoned() throws {
        let path = try scratch.write("old", as: "report.html")
        try withExtendedLifetime(try AtomicFile(path)) { try $0.write("new") }
        #expect(String(decoding: try ByteFile.read(path), as: UTF8.self) == "old")
        #expect(try scratch.names == ["report.html"])
    }

    @Test("an existing file keeps its permissions and a link keeps pointing to it")
    func replaced() throws {
        let path = try scratch.write("old", as: "real.csv")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        try FileManager.default.createSymbolicLink(atPath: scratch.file("link.csv"), withDestinationPath: "real.csv")
        try AtomicFile.write("new", to: scratch.file("link.csv"))
        #expect(String(decoding: try ByteFile.read(path), as: UTF8.self) == "new")
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: scratch.file("link.csv")) == "real.csv")
    }

    @Test("places where no file can be are found out beforehand")
    func unwritable() throws {
        for path in [scratch.path, scratch.file("none/report.html"), scratch.file("plain/x"), scratch.file("a/"), ""] {
            _ = try scratch.write("", as: "plain")
            let error = #expect(throws: AtomicFile.Failure.self) { try AtomicFile.check(path) }
            #expect(error?.message.english.hasPrefix("\(path): cannot be written: ") == true)
        }
        try AtomicFile.check(scratch.file("fine.csv"))
        #expect(try scratch.names == ["plain"])
    }

    @Test("a pipe or device is written to directly")
    func device() throws {
        try AtomicFile.write("gone", to: "/dev/null")
        #expect(throws: AtomicFile.Failure.self) { try AtomicFile.write("full", to: "/dev/full") }
    }
}
