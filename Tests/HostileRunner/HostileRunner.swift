import Foundation
import Glibc
import HostileSupport
import LuaRuntime

/// Runs one script of the corpus, so that a crash of the sandbox ends this process and not the test run.
///
/// Usage: `HostileRunner runtime|check|trade FILE`. Prints what the script printed or what was found, then one line
/// `outcome KIND: DETAIL`.
@main
struct HostileRunner {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3 else { exit(2) }
        // The backstop for a script that is not contained: 4 s of CPU time, 30 s in all.
        var seconds = rlimit(rlim_cur: 4, rlim_max: 5)
        setrlimit(__rlimit_resource_t(RLIMIT_CPU.rawValue), &seconds)
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        alarm(30)
        let file = URL(filePath: arguments[2])
        let script = try HostileScript(family: file.deletingLastPathComponent().lastPathComponent, file: file)
        let name = file.lastPathComponent
        switch arguments[1] {
        case "runtime": try runtime(script, name)
        case "check": write(StrategyRehearsal.check(script, name: name))
        case "trade": write(StrategyRehearsal.trade(script, name: name))
        default: exit(2)
        }
        write(try ChildRun.ownPeak())
    }

    private static func runtime(_ script: HostileScript, _ name: String) throws {
        let sandbox = try ScriptSandbox(limits: LuaLimits())
        let outcome = sandbox.run(script.source, name: name)
        let works = sandbox.stillWorks()
        write("\(outcome.output)\nworks \(works)\noutcome \(outcome)\n")
    }

    private static func write(_ text: String) {
        FileHandle.standardOutput.write(Data(text.utf8))
    }
}
