using System.Collections;
using Microsoft.ML.Cnn.Experiments.Spaces;

namespace Microsoft.ML.Cnn;

/// <summary>
/// What an experiment may vary: names with what each may be. Choices may have spaces of their own, which vary only where they are chosen; their names are
/// then paths, such as <c>Optimizer.Momentum</c>.
/// </summary>
/// <example>
/// <code>
/// CnnSearchSpace space = new()
/// {
///     { "LearningRate", CnnSearchOption.LogUniform(0.001, 0.2, 0.03) },
///     { "Blocks", CnnSearchOption.Integer(1, 4) },
///     { "Norm", CnnSearchOption.Choice(true, false) },
/// };
/// </code>
/// </example>
public sealed class CnnSearchSpace : IEnumerable<KeyValuePair<string, CnnSearchOption>>, IEquatable<CnnSearchSpace>
{
    private readonly List<KeyValuePair<string, CnnSearchOption>> options = [];

    /// <summary>A space in which nothing varies.</summary>
    internal static CnnSearchSpace Empty { get; } = [];

    /// <summary>Things that vary, those under alternatives not counted.</summary>
    public int Count => options.Count;

    /// <summary>Adds one more thing that varies.</summary>
    /// <param name="name">Letters, digits and underscores; none twice.</param>
    /// <param name="option">What it may be.</param>
    /// <exception cref="ArgumentException">The name is there already, or is no name.</exception>
    public void Add(string name, CnnSearchOption option)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(option);
        if (!name.All(letter => char.IsLetterOrDigit(letter) || letter == '_'))
        {
            throw new ArgumentException($"A name has letters, digits and underscores, received '{name}'.", nameof(name));
        }

        if (options.Exists(other => other.Key == name))
        {
            throw new ArgumentException($"A search space has each name once, received '{name}' twice.", nameof(name));
        }

        options.Add(new(name, option));
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, CnnSearchOption>> GetEnumerator() => options.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(CnnSearchSpace? other) => other is not null && options.SequenceEqual(other.options);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CnnSearchSpace);

    /// <inheritdoc/>
    public override int GetHashCode() => options.Count;

    /// <summary>The parameters that everything has by default: what an experiment tries first.</summary>
    public CnnParameters Defaults => Draw((_, option) => option.Default);

    /// <summary>Draws parameters: asks for a value of everything that varies, and of what varies under the alternatives chosen.</summary>
    /// <param name="value">Of the path and the option.</param>
    internal CnnParameters Draw(Func<string, CnnSearchOption, object> value)
    {
        Dictionary<string, object> values = [];
        Draw("", value, values);
        return new CnnParameters(values);
    }

    /// <summary>Every path, whatever is chosen, with its option.</summary>
    internal IEnumerable<KeyValuePair<string, CnnSearchOption>> AllPaths(string prefix = "")
    {
        foreach ((string name, CnnSearchOption option) in options)
        {
            yield return new(prefix + name, option);
            if (option is ChoiceOption choice)
            {
                foreach (
                    KeyValuePair<string, CnnSearchOption> below in choice.Choices.SelectMany(a => a.Space.AllPaths($"{prefix}{name}."))
                )
                {
                    yield return below;
                }
            }
        }
    }

    /// <summary>Checks that parameters have a value for everything that varies, and nothing else.</summary>
    /// <exception cref="ArgumentException">They do not; the message says where.</exception>
    internal void Require(CnnParameters parameters)
    {
        HashSet<string> unknown = [.. parameters.Names];
        _ = Draw(
            (path, option) =>
            {
                object value = parameters[path];
                _ = option.PlaceOf(value);
                unknown.Remove(path);
                return value;
            }
        );
        if (unknown.Count > 0)
        {
            throw new ArgumentException(
                $"The search space has no '{unknown.First()}'. It has: {string.Join(", ", AllPaths().Select(path => path.Key).Distinct())}."
            );
        }
    }

    /// <summary>A copy that later additions do not reach.</summary>
    internal CnnSearchSpace Snapshot()
    {
        CnnSearchSpace copy = [];
        copy.options.AddRange(options);
        return copy;
    }

    private void Draw(string prefix, Func<string, CnnSearchOption, object> value, Dictionary<string, object> values)
    {
        foreach ((string name, CnnSearchOption option) in options)
        {
            string path = prefix + name;
            object drawn = value(path, option);
            values.Add(path, drawn);
            if (option is ChoiceOption choice)
            {
                choice.Choices[choice.IndexOf(drawn)].Space.Draw($"{path}.", value, values);
            }
        }
    }
}
