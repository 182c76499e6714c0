namespace Microsoft.ML.Cnn.Peers.Measuring;

/// <summary>What is measured, as the command line and the results name it.</summary>
internal static class Mode
{
    /// <summary>A step of a network: forward, backward, and the optimizer's.</summary>
    public const string Train = "train";

    /// <summary>A network's scores.</summary>
    public const string Infer = "infer";

    /// <summary>The passes of a layer while its network is trained.</summary>
    public const string Forward = "forward";
    public const string InputGradient = "input-gradient";
    public const string WeightGradient = "weight-gradient";

    /// <summary>A matrix product.</summary>
    public const string Multiply = "multiply";

    public static string[] All { get; } = [Train, Infer, Forward, InputGradient, WeightGradient, Multiply];
}
