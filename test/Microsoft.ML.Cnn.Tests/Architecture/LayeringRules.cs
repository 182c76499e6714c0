namespace Microsoft.ML.Cnn.Tests.Architecture;

/// <summary>
/// Who may use whom: Tensors &lt;- Kernels &lt;- Layers &lt;- Networks &lt;- Training, Serialization &lt;- Trainers, Transforms,
/// DataLoaders &lt;- Experiments. Interop stands beside them, for those that face ML.NET.
/// </summary>
internal static class LayeringRules
{
    private const string Interop = "Interop";

    /// <summary>From the ground up; folders of one tier may use each other.</summary>
    private static readonly string[][] Tiers =
    [
        ["Tensors"],
        ["Kernels"],
        ["Layers"],
        ["Networks"],
        ["Training", "Serialization"],
        ["Trainers", "Transforms", "DataLoaders"],
        ["Experiments"],
    ];

    private static readonly int FirstTierThatFacesMlNet = Tier("Trainers");

    /// <summary>The lowest tier, counted from 0, or -1 for a folder that is in none.</summary>
    public static int Tier(string folder) => Array.FindIndex(Tiers, tier => tier.Contains(folder));

    /// <summary>What breaks the rules, one line for each pair of folders.</summary>
    public static IReadOnlyList<string> Violations(IEnumerable<Dependency> dependencies) =>
        dependencies
            .Where(dependency => !IsAllowed(dependency.From, dependency.To))
            .DistinctBy(dependency => (dependency.From, dependency.To))
            .Select(dependency => $"{dependency.From} must not use {dependency.To}: {dependency.Example}")
            .ToList();

    private static bool IsAllowed(string from, string to)
    {
        if (IsMlNet(to))
        {
            return from == Interop || FacesMlNet(from);
        }
        if (IsOtherAssembly(to) || from == to)
        {
            return true;
        }
        return to == Interop ? FacesMlNet(from) : Tier(to) >= 0 && Tier(from) >= Tier(to);
    }

    private static bool FacesMlNet(string folder) => Tier(folder) >= FirstTierThatFacesMlNet;

    private static bool IsMlNet(string name) => name.StartsWith("Microsoft.ML.", StringComparison.Ordinal);

    private static bool IsOtherAssembly(string name) => name.Contains('.', StringComparison.Ordinal) || name is "netstandard" or "mscorlib";
}
