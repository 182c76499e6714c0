using System.Globalization;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Peers.Engines;

namespace Microsoft.ML.Cnn.Peers.Measuring;

/// <summary>What both sides of a comparison are held to.</summary>
/// <param name="Threads">Threads that compute, and cores that the process may use.</param>
/// <param name="InstructionSet"><see cref="Avx512"/> or <see cref="Avx2"/>.</param>
/// <param name="Convolutions">How this library convolves; the peers do so directly.</param>
internal sealed record Conditions(int Threads, string InstructionSet, ConvolutionAlgorithm Convolutions)
{
    public const string Avx512 = "avx512";
    public const string Avx2 = "avx2";

    /// <summary>The wider one that this machine has.</summary>
    public static string BestInstructionSet => SimdDispatch.Best == Kernels.Simd.InstructionSet.Vector512 ? Avx512 : Avx2;

    public IEnumerable<string> Words => [$"{Threads}", InstructionSet, $"{Convolutions}"];

    /// <summary>What switches AVX-512 off, where it shall be: in .NET, in libtorch, and in the oneDNN and MKL that it uses.</summary>
    public static IEnumerable<(string Name, string Value)> EnvironmentOf(string instructionSet) =>
        instructionSet == Avx2
            ?
            [
                ("DOTNET_EnableAVX512", "0"),
                ("ATEN_CPU_CAPABILITY", "avx2"),
                ("ONEDNN_MAX_CPU_ISA", "AVX2"),
                ("MKL_ENABLE_INSTRUCTIONS", "AVX2"),
            ]
            : [];

    public static Conditions Parse(string[] words) =>
        new(int.Parse(words[0], CultureInfo.InvariantCulture), words[1], Enum.Parse<ConvolutionAlgorithm>(words[2]));

    /// <summary>ONNX Runtime has no switch for it: it takes what the processor has.</summary>
    public bool Allow(string peer) => peer != Setting.OnnxRuntime || InstructionSet == BestInstructionSet;

    /// <exception cref="InvalidOperationException">This process has other vectors than it was told.</exception>
    public void Verify()
    {
        if (BestInstructionSet != InstructionSet)
        {
            throw new InvalidOperationException($"This process has {BestInstructionSet}; to be measured was {InstructionSet}.");
        }
    }
}
