using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;

namespace Microsoft.ML.Cnn.Peers.Measuring;

/// <summary>What results hold for.</summary>
/// <param name="Machine">Its processor, and the cores it has.</param>
/// <param name="Date">When the comparison began, in universal time.</param>
/// <param name="Commit">Of this library, with what was changed since; null outside its repository.</param>
/// <param name="Dotnet">The version of the runtime.</param>
/// <param name="Libtorch">The version of libtorch.</param>
/// <param name="OnnxRuntime">The version of ONNX Runtime.</param>
/// <param name="InstructionSet">What both sides were held to.</param>
internal sealed record Circumstances(
    string Machine,
    string Date,
    string? Commit,
    string Dotnet,
    string Libtorch,
    string OnnxRuntime,
    string InstructionSet
)
{
    public static Circumstances Now(string instructionSet) =>
        new(
            $"{Processor() ?? "unknown processor"}, {Environment.ProcessorCount} cores",
            DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture),
            Head(),
            RuntimeInformation.FrameworkDescription,
            torch.__version__,
            OrtEnv.Instance().GetVersionString(),
            instructionSet
        );

    public override string ToString() =>
        $"{Machine}; {Date}, {Commit ?? "no repository"}; {Dotnet}, libtorch {Libtorch}, ONNX Runtime {OnnxRuntime}; {InstructionSet}";

    private static string? Processor() =>
        File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            ?.Split(':')[1]
            .Trim();

    private static string? Head()
    {
        using Process git = Process.Start(
            new ProcessStartInfo("git", ["-C", AppContext.BaseDirectory, "describe", "--always", "--dirty", "--exclude=*", "--abbrev=12"])
            {
                RedirectStandardOutput = true,
            }
        )!;
        string commit = git.StandardOutput.ReadToEnd().Trim();
        git.WaitForExit();
        return git.ExitCode == 0 ? commit : null;
    }
}
