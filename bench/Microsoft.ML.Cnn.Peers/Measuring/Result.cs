namespace Microsoft.ML.Cnn.Peers.Measuring;

/// <summary>One line of the comparison; <c>Ours</c> and <c>Theirs</c> in images a second (of products, products), the medians over the rounds.</summary>
/// <param name="Net">The network, or the part of one.</param>
/// <param name="Mode">One of <see cref="Measuring.Mode"/>.</param>
/// <param name="Threads">Of each side.</param>
/// <param name="Batch">Images of a step.</param>
/// <param name="Peer">"libtorch" or "onnxruntime".</param>
/// <param name="Ours">This library's speed.</param>
/// <param name="Theirs">The peer's.</param>
/// <param name="Ratio">The median of the rounds' ratios; null where they mean nothing.</param>
/// <param name="Low">The lowest of them.</param>
/// <param name="High">The highest of them.</param>
/// <param name="PeakShare">What this library made of a core's peak, where that is of interest.</param>
/// <param name="Rounds">How many there were.</param>
/// <param name="Setting">The peer's best.</param>
/// <param name="Convolutions">How this library convolved.</param>
/// <param name="Refused">Rounds in which others took the cores, which do not count.</param>
/// <param name="Invalid">Why there is no ratio; null where there is one.</param>
internal sealed record Result(
    string Net,
    string Mode,
    int Threads,
    int Batch,
    string Peer,
    double Ours,
    double Theirs,
    double? Ratio,
    double? Low,
    double? High,
    double? PeakShare,
    int Rounds,
    string Setting,
    ConvolutionAlgorithm Convolutions,
    int Refused,
    string? Invalid
)
{
    /// <summary>A peer with more threads that has less of its own speed with one has collapsed: its threads spun, or waited, for cores that others had.</summary>
    private const double LeastOfOneThread = 0.6;

    /// <summary>Itself, or marked as invalid if the peer has collapsed by the side of its result with one thread.</summary>
    public Result Judge(IEnumerable<Result> all)
    {
        double single = all.Where(other =>
                other.Threads == 1 && (other.Net, other.Mode, other.Batch, other.Peer) == (Net, Mode, Batch, Peer)
            )
            .Select(other => other.Theirs)
            .FirstOrDefault();
        return Invalid == null && Theirs < LeastOfOneThread * single
            ? Refuse(FormattableString.Invariant($"{Peer} with {Threads} threads has {Theirs / single:0.00} of its speed with one"))
            : this;
    }

    /// <summary>Without its ratio.</summary>
    public Result Refuse(string reason) => this with { Ratio = null, Low = null, High = null, Invalid = reason };
}
