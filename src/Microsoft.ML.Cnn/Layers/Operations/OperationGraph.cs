using System.Collections.Immutable;

namespace Microsoft.ML.Cnn.Layers.Operations;

/// <summary>A tensor between operations, by its number in the graph.</summary>
internal readonly record struct Value(int Id);

/// <summary>
/// A network lowered to primitive operations in the order they run, with the shape of every value. Any number of later operations may read a
/// value; all lead to the last one, which makes what leaves the network. Plans are compiled from it.
/// </summary>
internal sealed class OperationGraph
{
    private readonly List<Shape> shapes = [];
    private readonly List<Operation> operations = [];
    private readonly Dictionary<string, Value> results = [];

    public OperationGraph(Shape input) => Input = Add(input);

    public Value Input { get; }

    /// <summary>What leaves the network.</summary>
    public Value Output => operations.Count > 0 ? operations[^1].Output : Input;

    public IReadOnlyList<Operation> Operations => operations;

    public int ValueCount => shapes.Count;

    public Shape this[Value value] => shapes[value.Id];

    /// <summary>Appends an operation and returns the value it makes.</summary>
    public Value Append(string path, Value input, Primitive primitive) => Append(path, [input], primitive);

    /// <summary>Appends an operation that reads several values.</summary>
    public Value Append(string path, ImmutableArray<Value> inputs, Primitive primitive)
    {
        Value output = Add(primitive.OutputShape(this[inputs[0]]));
        operations.Add(new Operation(path, inputs, output, primitive));
        return output;
    }

    /// <summary>Notes the value that leaves a layer or a block, and returns it.</summary>
    public Value Note(string path, Value result) => results[path] = result;

    /// <summary>Makes the value that leaves a layer the one that leaves the network: what does not lead to it is dropped.</summary>
    /// <param name="path">Of the layer, or of the block that it is.</param>
    /// <exception cref="ArgumentException">There is no such layer.</exception>
    public void CutBehind(string path)
    {
        if (!results.TryGetValue(path, out Value result))
        {
            throw new ArgumentException($"There is no layer '{path}'.", nameof(path));
        }

        HashSet<Value> needed = [result];
        for (int i = operations.Count - 1; i >= 0; i--)
        {
            if (needed.Contains(operations[i].Output))
            {
                needed.UnionWith(operations[i].Inputs);
            }
            else
            {
                operations.RemoveAt(i);
            }
        }
    }

    private Value Add(Shape shape)
    {
        shapes.Add(shape);
        return new Value(shapes.Count - 1);
    }
}

/// <summary>One step of a graph: a primitive, where it stands and what it reads and makes.</summary>
/// <param name="Path">The path of the layer it comes from; its parameters are named <c>path/weight</c> and so on.</param>
/// <param name="Inputs">One, except where values are joined.</param>
internal sealed record Operation(string Path, ImmutableArray<Value> Inputs, Value Output, Primitive Primitive)
{
    /// <summary>The only input, or the first.</summary>
    public Value Input => Inputs[0];
}
