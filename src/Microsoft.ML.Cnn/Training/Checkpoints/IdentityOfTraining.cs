using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Training.Checkpoints;

/// <summary>Writes down what a training's weights follow from.</summary>
internal static class IdentityOfTraining
{
    /// <summary>Of data, network, first weights and settings.</summary>
    /// <param name="data">What is known of the data, by whoever reads them.</param>
    /// <param name="description">The model.</param>
    /// <param name="initial">The weights that training begins with, and what is frozen.</param>
    /// <param name="settings">How it is trained.</param>
    /// <param name="plan">What names the plan that computes gradients.</param>
    public static TrainingIdentity Of(
        IEnumerable<IdentityPart> data,
        ModelDescription description,
        ParameterStore initial,
        TrainingSettings settings,
        string plan
    ) =>
        new(
            [.. data, .. OfModel(description), .. OfSettings(settings), .. OfStore(initial)],
            [new("version of Microsoft.ML.Cnn", Version), new("instruction set", settings.InstructionSet.ToString()), new("plan", plan)]
        );

    private static string Version =>
        typeof(CnnModel).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    private static IEnumerable<IdentityPart> OfModel(ModelDescription description) =>
        [
            .. description
                .Network.Place(description.InputShape)
                .Select(placed => new IdentityPart($"layer '{placed.Path}'", IdentityText.Of(placed.Layer))),
            new("shape of an image", description.InputShape.ToString()),
            new("PixelOrder", description.PixelOrder.ToString()),
            new("Normalization", IdentityText.Of(description.Normalization)),
            new("output", description.Output.ToString()),
            new("classes", IdentityText.Of(description.ClassNames)),
            new("ConvolutionAlgorithm", description.Convolutions.ToString()),
        ];

    private static IEnumerable<IdentityPart> OfSettings(TrainingSettings settings) =>
        typeof(TrainingSettings)
            .GetProperties()
            .Where(property => property.GetCustomAttribute<NotOfIdentityAttribute>() is null)
            .Select(property => new IdentityPart(property.Name, IdentityText.Of(property.GetValue(settings))));

    private static IEnumerable<IdentityPart> OfStore(ParameterStore store)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, store.Parameters, store.Table.TrainableLength);
        Append(hash, store.State, store.Table.StateLength);
        yield return new("set of first weights", Convert.ToHexStringLower(hash.GetHashAndReset()));
        yield return new(
            "set of frozen layers and rates",
            IdentityText.Of(
                store
                    .Table.Segments.Where(segment => segment.Frozen || segment.RateMultiplier != 1)
                    .Select(segment => (segment.Path, segment.Frozen, segment.RateMultiplier).ToString())
            )
        );
    }

    private static unsafe void Append(IncrementalHash hash, AlignedBuffer buffer, long length)
    {
        const int Chunk = 1 << 20;
        for (long start = 0; start < length; start += Chunk)
        {
            hash.AppendData(MemoryMarshal.AsBytes(new ReadOnlySpan<float>(buffer.Data + start, (int)Math.Min(Chunk, length - start))));
        }
    }
}

/// <summary>Marks a setting that trained weights do not follow from.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NotOfIdentityAttribute : Attribute;
