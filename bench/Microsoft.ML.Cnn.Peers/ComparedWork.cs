using Microsoft.ML.Cnn.Peers.Engines;
using Microsoft.ML.Cnn.Peers.Measuring;
using Microsoft.ML.Cnn.Peers.Networks;
using Microsoft.ML.Cnn.Peers.Parts;
using Microsoft.ML.Cnn.Peers.Proofs;

namespace Microsoft.ML.Cnn.Peers;

/// <summary>What this library and its peers do, each in its way.</summary>
/// <param name="Selection">The name it is asked for by, with others perhaps.</param>
/// <param name="Name">Its own, as in the results.</param>
internal abstract record ComparedWork(string Selection, string Name)
{
    private static readonly ComparedWork[] all = [.. ComparedNetwork.All, ComparedProduct.OfSide1024, .. ComparedLayer.All];

    /// <summary>What may be asked for.</summary>
    public static string[] Selections { get; } = [.. all.Select(work => work.Selection).Distinct()];

    /// <summary>What is counted: so many a second.</summary>
    public virtual string Unit => "images";

    /// <summary>Floating-point operations of a unit, where their share of what a core can do is of interest.</summary>
    public virtual double? Flop => null;

    /// <summary>All works of some selections.</summary>
    public static IEnumerable<ComparedWork> Of(IEnumerable<string> selections) =>
        selections.SelectMany(selection => all.Where(work => work.Selection == selection));

    public static ComparedWork Named(string name) =>
        all.FirstOrDefault(work => work.Name == name)
        ?? throw new ArgumentException($"There is no '{name}'. There are: {string.Join(", ", all.Select(work => work.Name))}.");

    /// <summary>What is measured of it with some threads.</summary>
    public abstract IEnumerable<(string Mode, int Batch)> Cases(int threads);

    /// <summary>The ways of a peer that may be its best; none if the peer does not do this.</summary>
    public abstract IReadOnlyList<Setting> Settings(string peer, string mode, int threads);

    public abstract IEngine Start(Workload workload);

    /// <summary>That all sides compute the same.</summary>
    public abstract IEnumerable<Proof> Prove(ConvolutionAlgorithm convolutions);
}
