using System.Diagnostics;

namespace Microsoft.ML.Cnn.Tests.Packaging;

/// <summary>Runs <c>dotnet</c> as a user would, whatever it was that started the tests.</summary>
internal static class DotnetCommand
{
    /// <summary>The program itself.</summary>
    public static string Host => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <param name="folder">The working folder.</param>
    /// <param name="packages">Where packages are restored to, or null for the usual place.</param>
    /// <param name="arguments">Of the command line.</param>
    /// <returns>What it wrote to standard output.</returns>
    /// <exception cref="InvalidOperationException">It failed: the message holds all it wrote.</exception>
    public static async Task<string> RunAsync(string folder, string? packages, params string[] arguments)
    {
        using Process process = Process.Start(StartInfo(folder, packages, arguments))!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException(
                $"dotnet {string.Join(' ', arguments)} gave {process.ExitCode}:\n{await output}\n{await error}"
            );
    }

    private static ProcessStartInfo StartInfo(string folder, string? packages, string[] arguments)
    {
        var start = new ProcessStartInfo(Host, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // What a running build tells its children would mislead another build.
        foreach (string name in start.Environment.Keys.Where(key => key.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }
        // Servers that outlive the command would hold its output open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        if (packages != null)
        {
            start.Environment["NUGET_PACKAGES"] = packages;
        }
        return start;
    }
}
