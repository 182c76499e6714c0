using System.Reflection;

namespace Microsoft.ML.Cnn.Interop;

/// <summary>
/// The check that the ML.NET loaded has all that this library was built against. It binds to a few internals of ML.NET,
/// which may change between versions; without the check that would surface as a missing method somewhere in a pipeline.
/// </summary>
internal static class MlNetBinding
{
    private static readonly Lazy<string?> Fault = new(FindFault);

    /// <summary>Called wherever a user's or ML.NET's way first leads into the library; free after the first time.</summary>
    /// <exception cref="NotSupportedException">Something is missing: the message names it, and both versions of ML.NET.</exception>
    public static void Check()
    {
        if (Fault.Value is string fault)
        {
            throw new NotSupportedException(fault);
        }
    }

    /// <summary>The version of the package Microsoft.ML that an assembly was compiled with, such as <c>5.0.1</c>.</summary>
    public static string VersionBuiltAgainst(Assembly assembly) =>
        assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(entry => entry.Key == "Microsoft.ML")?.Value ?? "unknown";

    /// <summary>The version of ML.NET in this process, without the commit it was built from.</summary>
    public static string VersionFound() =>
        typeof(MLContext).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
        ?? "unknown";

    /// <summary>What a user is told.</summary>
    public static string Describe(IReadOnlyCollection<string> missing, string builtAgainst, string found) =>
        $"This version of Microsoft.ML.Cnn was built against ML.NET {builtAgainst} and cannot work with the ML.NET {found} found here, "
        + $"which lacks {missing.Count} of the members it uses: {string.Join("; ", missing)}. "
        + $"Reference version {builtAgainst} of the package Microsoft.ML, or a version of Microsoft.ML.Cnn made for {found}.";

    private static string? FindFault()
    {
        Assembly library = typeof(MlNetBinding).Assembly;
        List<string> missing = MlNetReferences
            .Of(library)
            .Where(reference => reference.Fault != null)
            .Select(reference => reference.Fault!)
            .ToList();
        return missing.Count == 0 ? null : Describe(missing, VersionBuiltAgainst(library), VersionFound());
    }
}
