namespace Microsoft.ML.Cnn.Peers.Measuring;

/// <summary>One line of the comparison; <c>Ours</c> and <c>Theirs</c> in images a second, the medians over the rounds.</summary>
/// <param name="Net">The network.</param>
/// <param name="Mode">"train" or "infer".</param>
/// <param name="Threads">Of each side.</param>
/// <param name="Batch">Images of a step.</param>
/// <param name="Peer">"libtorch" or "onnxruntime".</param>
/// <param name="Ours">This library's speed.</param>
/// <param name="Theirs">The peer's.</param>
/// <param name="Ratio">The median of the rounds' ratios.</param>
/// <param name="Low">The lowest of them.</param>
/// <param name="High">The highest of them.</param>
/// <param name="Rounds">How many there were.</param>
/// <param name="Setting">The peer's best.</param>
/// <param name="InstructionSet">Of both sides.</param>
/// <param name="Convolutions">How this library convolved.</param>
/// <param name="Refused">Rounds in which others took the cores, which do not count.</param>
/// <param name="Invalid">Why the ratio means nothing; null where it does.</param>
internal sealed record Result(
    string Net,
    string Mode,
    int Threads,
    int Batch,
    string Peer,
    double Ours,
    double Theirs,
    double Ratio,
    double Low,
    double High,
    int Rounds,
    string Setting,
    string InstructionSet,
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
            ? this with
            {
                Invalid = FormattableString.Invariant($"{Peer} with {Threads} threads has {Theirs / single:0.00} of its speed with one"),
            }
            : this;
    }
}
