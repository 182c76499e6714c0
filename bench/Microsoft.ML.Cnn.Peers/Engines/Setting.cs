namespace Microsoft.ML.Cnn.Peers.Engines;

/// <summary>A library, in one of the ways it can be set up.</summary>
/// <param name="Library">As in the results.</param>
/// <param name="Name">Of the way.</param>
internal sealed record Setting(string Library, string Name)
{
    public const string Libtorch = "libtorch";
    public const string OnnxRuntime = "onnxruntime";

    public static Setting Ours { get; } = new("this", "plan");

    public static Setting Nchw { get; } = new(Libtorch, "nchw");
    public static Setting ChannelsLast { get; } = new(Libtorch, "channels-last");

    /// <summary>A matrix product into a new matrix each time, or always into the same.</summary>
    public static Setting NewMatrix { get; } = new(Libtorch, "new-matrix");
    public static Setting SameMatrix { get; } = new(Libtorch, "same-matrix");

    public static Setting Waiting { get; } = new(OnnxRuntime, "waiting");
    public static Setting Spinning { get; } = new(OnnxRuntime, "spinning");

    private static readonly Setting[] all = [Ours, Nchw, ChannelsLast, NewMatrix, SameMatrix, Waiting, Spinning];

    public static Setting Parse(string word) => all.First(setting => setting.ToString() == word);

    public override string ToString() => $"{Library}/{Name}";
}
