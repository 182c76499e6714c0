using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Cnn.Layers;

/// <summary>Which input maps each output map of a <see cref="MappedConv2D"/> sees.</summary>
public sealed class ConnectionTable : IEquatable<ConnectionTable>
{
    /// <summary>Creates a table.</summary>
    /// <param name="inputs">For each output map the input maps it sees, counted from 0, in ascending order.</param>
    /// <exception cref="ArgumentException">There is no output map, or one sees nothing, or its inputs are negative or not ascending.</exception>
    [JsonConstructor]
    public ConnectionTable(ImmutableArray<ImmutableArray<int>> inputs)
    {
        if (inputs.IsDefaultOrEmpty)
        {
            throw new ArgumentException("A connection table needs at least one output map.", nameof(inputs));
        }

        for (int map = 0; map < inputs.Length; map++)
        {
            ImmutableArray<int> seen = inputs[map];
            if (seen.IsDefaultOrEmpty || seen[0] < 0 || seen.Zip(seen.Skip(1)).Any(pair => pair.First >= pair.Second))
            {
                throw new ArgumentException(
                    $"Output map {map} must list at least one input map, not negative and in ascending order, received [{(seen.IsDefault ? "" : string.Join(", ", seen))}].",
                    nameof(inputs)
                );
            }
        }

        Inputs = inputs;
        Connections = inputs.Sum(seen => seen.Length);
    }

    /// <summary>
    /// C3 of LeNet-5, 16 maps over 6: six see 3 contiguous maps, six see 4 contiguous ones, three see 4 that are not contiguous, one
    /// sees all. LeCun et al. 1998, "Gradient-Based Learning Applied to Document Recognition", table I.
    /// </summary>
    public static ConnectionTable LeNet5 { get; } =
        new([
            [0, 1, 2],
            [1, 2, 3],
            [2, 3, 4],
            [3, 4, 5],
            [0, 4, 5],
            [0, 1, 5],
            [0, 1, 2, 3],
            [1, 2, 3, 4],
            [2, 3, 4, 5],
            [0, 3, 4, 5],
            [0, 1, 4, 5],
            [0, 1, 2, 5],
            [0, 1, 3, 4],
            [1, 2, 4, 5],
            [0, 2, 3, 5],
            [0, 1, 2, 3, 4, 5],
        ]);

    /// <summary>For each output map the input maps it sees.</summary>
    public ImmutableArray<ImmutableArray<int>> Inputs { get; }

    /// <summary>Pairs of an input and an output map.</summary>
    [JsonIgnore]
    public int Connections { get; }

    /// <summary>The highest input map that is seen, and one more.</summary>
    internal int LeastInputs => Inputs.Max(seen => seen[^1]) + 1;

    /// <inheritdoc/>
    public bool Equals(ConnectionTable? other) =>
        other is not null
        && Inputs.Length == other.Inputs.Length
        && Inputs.Zip(other.Inputs).All(pair => pair.First.SequenceEqual(pair.Second));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ConnectionTable);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Inputs.Length, Connections);
}
